// SPDX-License-Identifier: Apache-2.0
/**
 * Faults put into a run on purpose, so that what they look like is known: pure functions of the
 * seed and of the step or the batch.
 */
package io.foreshock.trainer.disturbance;
