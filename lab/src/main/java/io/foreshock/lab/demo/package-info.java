// SPDX-License-Identifier: Apache-2.0
/**
 * The main job, end to end, on this machine: a real monitor, real trainers, real alarms. It drives
 * both as any user would, by command line and REST, and knows nothing of their insides.
 */
package io.foreshock.lab.demo;
