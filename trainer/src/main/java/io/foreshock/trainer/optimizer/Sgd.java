// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent with momentum, as in PyTorch's {@code SGD(momentum=β₁)}, without
 * dampening and Nesterov.
 *
 * <p><b>Definition.</b> b ← β₁b + g + λθ, θ ← θ − η·s·b, where s is the schedule's factor. The
 * decay is coupled, PyTorch's default: it passes through the momentum. When independent it is
 * decoupled instead: b ← β₁b + g, θ ← θ − η·s·b − s·λ·θ. The direction is b.
 *
 * <p><b>Edges.</b> The gradient is clipped before the decay is added, as in PyTorch's usual order
 * of calls.
 */
final class Sgd implements Optimizer {
  private final OptimizerConfig config;
  private final Layers layers;
  private final NDArray momentum;
  private final NDList momentumLayers;

  Sgd(NDManager manager, OptimizerConfig config, Layers layers) {
    this.config = config;
    this.layers = layers;
    momentum = layers.zeros(manager);
    momentumLayers = layers.of(momentum);
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("sgd_momentum", momentum);
  }

  @Override
  public void update(
      long step, double factor, NDArray gradient, @Nullable NDArray clip, UpdateTap tap) {
    boolean coupled = !config.independentWeightDecay();
    float lambda = (float) config.weightDecay();
    float decay = (float) config.decay(factor);
    float stepSize = (float) (factor * config.learningRate());
    layers.update(
        gradient,
        clip,
        (layer, g, scratch) -> {
          NDArray parameters = layers.parameters(layer);
          NDArray b = momentumLayers.get(layer).muli((float) config.beta1()).addi(g);
          if (coupled && lambda != 0) {
            addScaled(b, parameters, lambda, scratch);
          }
          tap.direction(layer, b, 1);
          if (!coupled && decay != 0) {
            parameters.muli(1 - decay);
          }
          addScaled(parameters, b, -stepSize, scratch);
        });
  }

  private static void addScaled(NDArray sum, NDArray term, float factor, NDManager scratch) {
    NDArray scaled = term.mul(factor);
    scaled.attach(scratch); // created in the manager of the term, which outlives the step
    sum.addi(scaled);
  }
}
