// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import io.foreshock.predictors.control.Instruction;

/** A command that the policy decides to give, and why. */
public record Decision(Instruction instruction, Origin origin) {}
