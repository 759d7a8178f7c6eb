// SPDX-License-Identifier: Apache-2.0
/**
 * Text as bytes, and batches as a pure function of a seed and a batch index: that is what makes
 * skipping a batch and resuming bitwise trivial.
 */
package io.foreshock.trainer.data;
