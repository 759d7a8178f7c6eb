// SPDX-License-Identifier: Apache-2.0
/**
 * Deliberate faults in a run, so that their effect on telemetry is known. They are pure functions
 * of the seed and of the step or the batch.
 */
package io.foreshock.trainer.disturbance;
