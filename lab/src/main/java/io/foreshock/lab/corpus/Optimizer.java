// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The optimizers of the corpus, each with two rates of the plan's small models: one at which they
 * train well, and one at which they begin to break. Measured on a few runs, good to a factor of
 * two.
 */
enum Optimizer {
  ADAMW(3e-3, 0.12),
  LION(5e-4, 0.02),
  /** With momentum. */
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

  /** A peak rate at which such a model trains well. */
  double goodRate(Architecture architecture, int layers, boolean clipped) {
    boolean postLn = architecture == Architecture.POST_LN;
    return goodRate * share(layers, clipped) * (postLn ? POST_LN_SHARE : 1);
  }

  /** About the rate from which such a model's loss rises again. */
  double breakingRate(int layers, boolean clipped, boolean qkLayernorm) {
    return breakingRate * share(layers, clipped) * (qkLayernorm ? QK_LAYERNORM_FACTOR : 1);
  }

  /** Deeper models bear less, about as the root of their depth. */
  private double share(int layers, boolean clipped) {
    double share = Math.min(1, Math.sqrt(DEPTH_OF_RATES / layers));
    return share * (this == SGD && !clipped ? UNCLIPPED_SGD_SHARE : 1);
  }

  /** Name in options, names and JSON. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
