// SPDX-License-Identifier: Apache-2.0
/**
 * Text as bytes, and batches as a pure function of a seed and a batch index: because of that,
 * skipping a batch and resuming bit by bit are simple.
 */
package io.foreshock.trainer.data;
