// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Detects that attention logits grow towards 1e4, for each layer and, where sent, for each head.
 *
 * <p><b>Definition.</b> {@link GrowthDetector} over {@code attention_logit_max}.
 *
 * <p><b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322) §3.3: every run above 1e4 had diverged.
 * The other levels are our own: in healthy small models the logits pass 60 within the first hundred
 * steps, in what looks like an exponential, and level off at up to 200.
 */
public final class AttentionLogitGrowth extends GrowthDetector {
  /** Every run above this logit had diverged. */
  public static final double LIMIT = 1e4;

  private static final Bounds BOUNDS = new Bounds(LIMIT, true, 0.7, 50, 1.1, 80, 1e3);

  /**
   * @param horizonSteps number of steps ahead within which the limit raises an alarm
   */
  public AttentionLogitGrowth(int horizonSteps) {
    super(AlarmKind.ATTENTION_LOGIT_GROWTH, Signal.ATTENTION_LOGIT_MAX, BOUNDS, horizonSteps);
  }

  @Override
  double value(Sample sample) {
    return sample.get(Signal.ATTENTION_LOGIT_MAX);
  }

  @Override
  String message(Sample sample, double logit, TimeToLimit trend) {
    String now = "Maximum attention logit of " + where(sample) + " is " + Finding.figure(logit);
    if (trend.eta() == 0) {
      return now + ", above 10000, where every published run had diverged.";
    }
    return Double.isInfinite(trend.eta())
        ? now + ", far above that of healthy runs, but it is not growing now."
        : now
            + " and grows by "
            + Finding.figure(100 * trend.growthPerStep())
            + " % per step; at this pace it passes 10000, where every published run had diverged, "
            + arrival(trend)
            + ".";
  }
}
