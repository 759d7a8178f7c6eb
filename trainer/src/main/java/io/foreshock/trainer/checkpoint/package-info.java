// SPDX-License-Identifier: Apache-2.0
/**
 * A run's state on disk: written so that a crash at any moment leaves the older checkpoints whole,
 * and complete enough to go on bitwise.
 */
package io.foreshock.trainer.checkpoint;
