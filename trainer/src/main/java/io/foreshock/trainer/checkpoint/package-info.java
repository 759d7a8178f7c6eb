// SPDX-License-Identifier: Apache-2.0
/**
 * A run's state on disk: written so that a crash at any moment leaves the older checkpoints intact,
 * and complete enough to continue bit by bit.
 */
package io.foreshock.trainer.checkpoint;
