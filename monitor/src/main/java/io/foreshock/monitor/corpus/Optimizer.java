// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The optimizers of the corpus, with rates at which the plan's small models train well. */
enum Optimizer {
  ADAMW(3e-3),
  LION(3e-4),
  /** With momentum. */
  SGD(0.1);

  private static final double POST_LN_SHARE = 1 / 3.0;
  private static final double UNCLIPPED_SGD_SHARE = 0.5;
  private static final double DEPTH_OF_RATES = 4;

  private final double goodRate;

  Optimizer(double goodRate) {
    this.goodRate = goodRate;
  }

  /**
   * A good peak rate, as measured on models of width 32 to 64; deeper ones bear less, about as the
   * root of their depth.
   */
  double goodRate(Architecture architecture, int layers, boolean clipped) {
    double rate = goodRate * Math.min(1, Math.sqrt(DEPTH_OF_RATES / layers));
    rate *= architecture == Architecture.POST_LN ? POST_LN_SHARE : 1;
    return rate * (this == SGD && !clipped ? UNCLIPPED_SGD_SHARE : 1);
  }

  /** Name in options, names and JSON. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
