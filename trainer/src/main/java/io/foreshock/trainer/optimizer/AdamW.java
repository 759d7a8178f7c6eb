// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AdamW that exposes its moments, so that they can be saved and measured.
 *
 * <p><b>Definition.</b> m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ), θ ←
 * θ − η·s·m̂/(√v̂+ε) − d·θ, where s is the schedule's factor and the decay d is η·s·λ, or s·λ when
 * independent. ε stands outside the root of the corrected moment, as in PyTorch. Weight decay
 * applies to all parameters, PyTorch's default for a model given as one group. The direction is
 * m̂/(√v̂+ε). A {@link Pace} may give tensors another η.
 *
 * <p><b>ε = 0.</b> 0/0 is 0: a parameter without a gradient does not change, such as the embedding
 * of a byte that does not occur. The reason is that ε is at least {@link #LEAST_EPSILON}.
 *
 * <p><b>Stored moments.</b> Each is stored without its factor: M = m/(1−β₁) and V = v/(1−β₂), hence
 * M ← β₁M + g and V ← β₂V + g². That saves two passes over the memory per step; the factors are
 * part of scalars that are needed anyway.
 *
 * <p><b>Cost.</b> About twelve passes over each layer's vector. <b>Source.</b> Loshchilov and
 * Hutter 2019, algorithm 2.
 */
final class AdamW implements Optimizer {
  /**
   * Square root of the smallest normal float. Gradients below it have no second moment in floats,
   * and added to one that is 1e7 times as large it changes nothing.
   */
  private static final double LEAST_EPSILON = Math.sqrt(Float.MIN_NORMAL);

  private final OptimizerConfig config;
  private final Layers layers;
  private final Pace pace;
  private final NDArray first;
  private final NDArray second;
  private final NDList firstLayers;
  private final NDList secondLayers;

  AdamW(NDManager manager, OptimizerConfig config, Layers layers, Pace pace) {
    this.config = config;
    this.layers = layers;
    this.pace = pace;
    first = layers.zeros(manager);
    second = layers.zeros(manager);
    firstLayers = layers.of(first);
    secondLayers = layers.of(second);
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put("adam_first", first);
    state.put("adam_second", second);
    return state;
  }

  @Override
  public void update(
      long step, double factor, NDArray gradient, @Nullable NDArray clip, UpdateTap tap) {
    Scalars scalars = Scalars.of(gradient.getManager(), config, step, factor);
    layers.update(gradient, clip, (layer, g, scratch) -> update(layer, g, scalars, scratch, tap));
  }

  private void update(int layer, NDArray g, Scalars scalars, NDManager scratch, UpdateTap tap) {
    NDArray m = firstLayers.get(layer).muli(scalars.beta1).addi(g);
    NDArray v = secondLayers.get(layer).muli(scalars.beta2).addi(g.square());
    NDArray root = v.sqrt();
    root.attach(scratch); // created in the manager of v, which outlives the step
    NDArray surprise = g.div(root.maximum(scalars.epsilon));
    NDArray direction = m.div(root.addi(scalars.epsilon));
    direction.attach(scratch);
    tap.direction(layer, direction, scalars.directionScale);
    tap.adaptive(layer, direction, scalars.directionScale, surprise, scalars.surpriseScale);
    pace.move(layer, direction, scalars.stride, new Pace.Surprise(surprise, scalars.surpriseScale));
  }

  /** Scalars of one step, the same for all layers. */
  private record Scalars(
      NDArray beta1,
      NDArray beta2,
      NDArray epsilon,
      Pace.Stride stride,
      double directionScale,
      double surpriseScale) {

    static Scalars of(NDManager manager, OptimizerConfig config, long step, double factor) {
      double correction1 = 1 - Math.pow(config.beta1(), step);
      double correction2 = 1 - Math.pow(config.beta2(), step);
      double root = Math.sqrt((1 - config.beta2()) / correction2); // √v̂ = root·√V
      double directionScale = (1 - config.beta1()) / (correction1 * root);
      return new Scalars(
          manager.create((float) config.beta1()),
          manager.create((float) config.beta2()),
          manager.create((float) Math.max(config.epsilon() / root, LEAST_EPSILON)),
          Pace.Stride.of(
              manager, factor * config.learningRate() * directionScale, config.decay(factor)),
          directionScale,
          1 / root);
    }
  }
}
