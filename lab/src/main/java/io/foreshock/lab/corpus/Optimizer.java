// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The optimizers of the corpus. Each has two learning rates for the plan's small models: one at
 * which they train well, and one at which they begin to diverge. Both were measured on a few runs
 * and are accurate to a factor of two.
 */
enum Optimizer {
  ADAMW(3e-3, 0.12),
  LION(5e-4, 0.02),
  /** SGD with momentum. */
  SGD(0.1, 1.5);

  private static final double POST_LN_SHARE = 0.5;
  private static final double UNCLIPPED_SGD_SHARE = 0.5;
  private static final double QK_LAYERNORM_FACTOR = 5;
  private static final double DEPTH_OF_RATES = 4;

  private final double goodRate;
  private final double breakingRate;

  Optimizer(double goodRate, double breakingRate) {
    this.goodRate = goodRate;
    this.breakingRate = breakingRate;
  }

  /** A peak learning rate at which such a model trains well. */
  double goodRate(Architecture architecture, int layers, boolean clipped) {
    boolean postLn = architecture == Architecture.POST_LN;
    return goodRate * share(layers, clipped) * (postLn ? POST_LN_SHARE : 1);
  }

  /** About the learning rate from which such a model's loss rises again. */
  double breakingRate(int layers, boolean clipped, boolean qkLayernorm) {
    return breakingRate * share(layers, clipped) * (qkLayernorm ? QK_LAYERNORM_FACTOR : 1);
  }

  /** Deeper models need lower learning rates, about by the square root of their depth. */
  private double share(int layers, boolean clipped) {
    double share = Math.min(1, Math.sqrt(DEPTH_OF_RATES / layers));
    return share * (this == SGD && !clipped ? UNCLIPPED_SGD_SHARE : 1);
  }

  /** The name in options, in names of runs and in JSON. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
