// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Attention logits on their way to 1e4, layer by layer and, where sent, head by head.
 *
 * <p><b>Definition.</b> {@link GrowthDetector} over {@code attention_logit_max}.
 *
 * <p><b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322) §3.3: every run above 1e4 had diverged.
 * The other levels are our own: healthy small models pass 60 within their first hundred steps in
 * what looks like an exponential and level off at up to 200.
 */
public final class AttentionLogitGrowth extends GrowthDetector {
  /** Every run above it had diverged. */
  public static final double LIMIT = 1e4;

  private static final Bounds BOUNDS = new Bounds(LIMIT, true, 0.7, 50, 1.1, 80, 1e3);

  /**
   * @param horizonSteps how far ahead an arrival is worth an alarm, steps
   */
  public AttentionLogitGrowth(int horizonSteps) {
    super(AlarmKind.ATTENTION_LOGIT_GROWTH, Signal.ATTENTION_LOGIT_MAX, BOUNDS, horizonSteps);
  }

  @Override
  double value(Sample sample) {
    return sample.get(Signal.ATTENTION_LOGIT_MAX);
  }

  @Override
  String message(Sample sample, double logit, double eta) {
    String stand = "Attention logits of " + where(sample) + " stand at " + Finding.figure(logit);
    if (eta == 0) {
      return stand + ", past 10000, where every run had diverged.";
    }
    return Double.isInfinite(eta)
        ? stand + ", far above what healthy runs show."
        : stand
            + " and reach 10000, where every run had diverged, in about "
            + Finding.figure(eta)
            + " steps.";
  }
}
