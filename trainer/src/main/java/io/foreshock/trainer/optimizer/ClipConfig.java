// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * How gradients are clipped.
 *
 * @param norm largest global norm of the gradient; 0 = off
 * @param rule whether that is all, or a cap
 */
public record ClipConfig(double norm, GradientClip.Rule rule) {}
