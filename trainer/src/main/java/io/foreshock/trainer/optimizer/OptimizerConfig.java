// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The configuration of an optimizer.
 *
 * @param kind the optimizer
 * @param learningRate peak η, above 0
 * @param beta1 decay of the first moment, in [0, 1); SGD's momentum
 * @param beta2 decay of the second moment (AdamW) or of the momentum (Lion), in [0, 1)
 * @param epsilon ε, at least 0, with 0/0 being 0; AdamW only
 * @param weightDecay λ, at least 0
 * @param independentWeightDecay whether the decay is scaled by the schedule only and not by the
 *     peak learning rate (Wortsman et al. 2023, section 3.2.2)
 * @param updateClipping whether a tensor's learning rate is divided by max(1, RMS_t) ({@link
 *     UpdateClipping}); AdamW only
 */
public record OptimizerConfig(
    Kind kind,
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean independentWeightDecay,
    boolean updateClipping) {

  /** The optimizers. */
  public enum Kind {
    ADAMW,
    LION,
    SGD
  }

  public OptimizerConfig {
    if (updateClipping && kind != Kind.ADAMW) {
      throw new IllegalArgumentException(
          "update clipping needs AdamW's second moment, not " + kind);
    }
  }

  /**
   * Creates the optimizer in its state before the first step.
   *
   * @param manager owner of its state
   * @param parameters flat, updated in place
   * @param tensors of {@code parameters}, without gaps
   */
  public Optimizer create(NDManager manager, NDArray parameters, List<Tensor> tensors) {
    boolean rates = tensors.stream().anyMatch(tensor -> tensor.rate() != 1);
    if (rates && kind == Kind.SGD) {
      throw new IllegalArgumentException("SGD has one learning rate for all tensors");
    }
    Layers layers = new Layers(parameters, tensors);
    Pace pace = rates || updateClipping ? pace(manager, layers) : Pace.even(layers);
    return switch (kind) {
      case ADAMW -> new AdamW(manager, this, layers, pace);
      case LION -> new Lion(manager, this, layers, pace);
      case SGD -> new Sgd(manager, this, layers);
    };
  }

  private Pace pace(NDManager manager, Layers layers) {
    FixedRates rates = new FixedRates(manager, layers);
    return new TensorPace(
        layers,
        updateClipping ? new UpdateClipping(layers, rates) : rates,
        !independentWeightDecay);
  }

  /**
   * Share of a parameter by which a decoupled decay reduces it in one step.
   *
   * @param factor s, the schedule's share of the peak learning rate
   */
  double decay(double factor) {
    return factor * weightDecay * (independentWeightDecay ? 1 : learningRate);
  }
}
