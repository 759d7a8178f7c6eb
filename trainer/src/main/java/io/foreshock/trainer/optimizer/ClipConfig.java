// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * The clipping of gradients.
 *
 * @param norm largest global norm of the gradient; 0 = off
 * @param rule whether {@code norm} is the only limit, or a cap
 */
public record ClipConfig(double norm, GradientClip.Rule rule) {}
