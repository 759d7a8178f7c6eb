// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code demo} command: a real monitor, real trainers and real alarms on this machine. It
 * drives both as any user would, by command line and REST, and does not depend on their code.
 */
package io.foreshock.lab.demo;
