// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A command that the policy wants given, and why. */
public record Decision(CommandName command, ObjectNode arguments, Origin origin) {}
