// SPDX-License-Identifier: Apache-2.0
/**
 * Optimizers on one flat vector whose state can be saved and watched, learning-rate schedules and
 * gradient clipping. A new optimizer is a class and a line in {@link
 * io.foreshock.trainer.optimizer.OptimizerConfig}, a new clipping rule one in {@link
 * io.foreshock.trainer.optimizer.GradientClip.Rule}.
 */
package io.foreshock.trainer.optimizer;
