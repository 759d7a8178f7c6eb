// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lion: every parameter changes by the learning rate, in a learned direction.
 *
 * <p><b>Definition.</b> u = sign(β₁m + (1−β₁)g), m ← β₂m + (1−β₂)g, θ ← θ − η·s·u − d·θ, where s is
 * the schedule's factor and the decoupled decay d is η·s·λ, or s·λ when independent. The direction
 * is u, so its RMS is 1 as long as gradients are not exactly zero.
 *
 * <p><b>Stored momentum.</b> It is stored without its factor: M = m/(1−β₂), hence M ← β₂M + g, and
 * u is the sign of M·β₁(1−β₂)/(1−β₁) + g.
 *
 * <p><b>Edges.</b> The sign of NaN is 0 (PyTorch's): a momentum that has become NaN freezes its
 * parameter, except for the decay. <b>Source.</b> Chen et al. 2023, Symbolic Discovery of
 * Optimization Algorithms, algorithm 2.
 */
final class Lion implements Optimizer {
  private final OptimizerConfig config;
  private final Layers layers;
  private final Pace pace;
  private final NDArray momentum;
  private final NDList momentumLayers;

  Lion(NDManager manager, OptimizerConfig config, Layers layers, Pace pace) {
    this.config = config;
    this.layers = layers;
    this.pace = pace;
    momentum = layers.zeros(manager);
    momentumLayers = layers.of(momentum);
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("lion_momentum", momentum);
  }

  @Override
  public void update(
      long step, double factor, NDArray gradient, @Nullable NDArray clip, UpdateTap tap) {
    float share = (float) (config.beta1() * (1 - config.beta2()) / (1 - config.beta1()));
    Pace.Stride stride =
        Pace.Stride.of(gradient.getManager(), factor * config.learningRate(), config.decay(factor));
    layers.update(
        gradient,
        clip,
        (layer, g, scratch) -> {
          NDArray m = momentumLayers.get(layer);
          NDArray direction = m.mul(share);
          direction.attach(scratch); // created in the manager of m, which outlives the step
          direction.addi(g).signi();
          m.muli((float) config.beta2()).addi(g);
          tap.direction(layer, direction, 1);
          pace.move(layer, direction, stride, null);
        });
  }
}
