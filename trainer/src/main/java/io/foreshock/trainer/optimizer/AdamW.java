// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW with moments of its own, so that they can be saved and watched.
 *
 * <p><b>Definition.</b> m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ), θ ←
 * θ − η·s·m̂/(√v̂+ε) − d·θ, where s is the schedule's factor and the decay d is η·s·λ, or s·λ when
 * independent. ε stands outside the root of the corrected moment, as in PyTorch. Weight decay falls
 * on all parameters, PyTorch's default for a model given as one group.
 *
 * <p><b>Moments as held.</b> Each without its factor: M = m/(1−β₁) and V = v/(1−β₂), hence M ← β₁M
 * + g and V ← β₂V + g². That saves two passes over the memory a step; the factors join the scalars
 * that are needed anyway.
 *
 * <p><b>Cost.</b> About twelve passes over each layer's vector. The layers are updated one by one,
 * since a layer's vectors fit a cache that the whole model's do not. <b>Threads.</b> For the
 * training thread only.
 */
public final class AdamW {
  private final AdamWConfig config;
  private final NDArray first;
  private final NDArray second;
  private final NDList parameterLayers;
  private final NDList firstLayers;
  private final NDList secondLayers;
  private final List<Long> boundaries;

  /**
   * Zero moments for a vector of parameters.
   *
   * @param manager owner of the moments
   * @param parameters flat, updated in place
   * @param layerOffsets where each layer starts in {@code parameters}; the first is 0
   */
  public AdamW(NDManager manager, AdamWConfig config, NDArray parameters, List<Long> layerOffsets) {
    this.config = config;
    boundaries = new ArrayList<>(layerOffsets.subList(1, layerOffsets.size()));
    first = manager.zeros(parameters.getShape());
    second = manager.zeros(parameters.getShape());
    parameterLayers = layers(parameters);
    firstLayers = layers(first);
    secondLayers = layers(second);
  }

  private NDList layers(NDArray flat) {
    return flat.split(boundaries.stream().mapToLong(Long::longValue).toArray());
  }

  /** M = m/(1−β₁), flat. */
  public NDArray first() {
    return first;
  }

  /** V = v/(1−β₂), flat. */
  public NDArray second() {
    return second;
  }

  /**
   * One update of all parameters.
   *
   * @param step t, from 1
   * @param factor s, the schedule's share of the peak learning rate
   * @param gradient flat; left as it is
   * @param clip factor to be applied to the gradient, a scalar, or null
   * @param tap is shown each layer's update
   */
  public void update(long step, double factor, NDArray gradient, NDArray clip, UpdateTap tap) {
    NDManager manager = gradient.getManager();
    Scalars scalars = Scalars.of(manager, config, step, factor);
    NDList gradients = layers(gradient);
    for (int layer = 0; layer < gradients.size(); layer++) {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray g = gradients.get(layer);
        g.attach(scratch);
        update(layer, clip == null ? g : g.mul(clip), scalars, scratch, tap);
      }
    }
  }

  private void update(int layer, NDArray g, Scalars scalars, NDManager scratch, UpdateTap tap) {
    NDArray m = firstLayers.get(layer).muli(scalars.beta1).addi(g);
    NDArray v = secondLayers.get(layer).muli(scalars.beta2).addi(g.square());
    NDArray root = v.sqrt();
    root.attach(scratch); // born beside v, which outlives the step
    NDArray surprise = g.div(root.maximum(scalars.epsilon));
    NDArray direction = m.div(root.addi(scalars.epsilon));
    direction.attach(scratch);
    tap.update(layer, direction, scalars.directionScale, surprise, scalars.surpriseScale);
    NDArray parameters = parameterLayers.get(layer);
    if (scalars.keep != null) {
      parameters.muli(scalars.keep);
    }
    parameters.subi(direction.muli(scalars.stepSize));
  }

  /** What one step multiplies and adds, once for all layers. */
  private record Scalars(
      NDArray beta1,
      NDArray beta2,
      NDArray epsilon,
      NDArray stepSize,
      NDArray keep,
      double directionScale,
      double surpriseScale) {

    static Scalars of(NDManager manager, AdamWConfig config, long step, double factor) {
      double correction1 = 1 - Math.pow(config.beta1(), step);
      double correction2 = 1 - Math.pow(config.beta2(), step);
      double root = Math.sqrt((1 - config.beta2()) / correction2); // √v̂ = root·√V
      double directionScale = (1 - config.beta1()) / (correction1 * root);
      double decay =
          factor
              * config.weightDecay()
              * (config.independentWeightDecay() ? 1 : config.learningRate());
      return new Scalars(
          manager.create((float) config.beta1()),
          manager.create((float) config.beta2()),
          manager.create((float) (config.epsilon() / root)),
          manager.create((float) (factor * config.learningRate() * directionScale)),
          decay == 0 ? null : manager.create((float) (1 - decay)),
          directionScale,
          1 / root);
    }
  }
}
