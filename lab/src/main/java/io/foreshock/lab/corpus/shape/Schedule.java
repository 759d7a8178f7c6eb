// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import java.util.Locale;

/** Learning-rate schedule after the warm-up, as a share of the peak. */
enum Schedule {
  CONSTANT,
  /** Falls to a tenth along half a cosine. */
  COSINE,
  /** Falls to zero along a line. */
  LINEAR,
  /** Constant, then linear to a twentieth in the last fifth: warm-up, stable, decay. */
  WSD,
  /** Divided by 4 after a half, and again after three quarters. */
  STEPS,
  /** Cosines one after the other, each of which starts at the peak. */
  RESTARTS;

  private static final double COSINE_END = 0.1;
  private static final double STABLE_SHARE = 0.8;
  private static final double WSD_END = 0.05;
  private static final double STEP_FACTOR = 0.25;

  /**
   * The share of the peak.
   *
   * @param progress share of the steps after the warm-up, 0 to 1
   * @param cycles number of cosines of {@link #RESTARTS}
   */
  double share(double progress, int cycles) {
    return switch (this) {
      case CONSTANT -> 1;
      case COSINE -> cosine(progress);
      case LINEAR -> 1 - progress;
      case WSD ->
          progress < STABLE_SHARE
              ? 1
              : 1 - (1 - WSD_END) * (progress - STABLE_SHARE) / (1 - STABLE_SHARE);
      case STEPS -> progress < 0.5 ? 1 : progress < 0.75 ? STEP_FACTOR : STEP_FACTOR * STEP_FACTOR;
      case RESTARTS -> cosine(progress >= 1 ? 1 : progress * cycles % 1);
    };
  }

  private static double cosine(double progress) {
    return COSINE_END + (1 - COSINE_END) * (1 + StrictMath.cos(Math.PI * progress)) / 2;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
