// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;

/**
 * Detects that output logits drift: log Z leaves the range in which a low-precision softmax is
 * exact.
 *
 * <p><b>Definition.</b> {@link GrowthDetector} over √{@code log_z_square_mean}, or |{@code
 * log_z_mean}| where only that is sent, towards 100 nats.
 *
 * <p><b>Source.</b> Wortsman et al. 2023 §3.1 and PaLM §5 (z-loss keeps log Z at 0); no threshold
 * is published. Ours: log Z of a fresh softmax over 2^17 tokens is 12 nats, healthy runs stay below
 * 25, and at 100 nats bfloat16 resolves half a nat.
 */
public final class OutputLogitDrift extends GrowthDetector {
  private static final Bounds BOUNDS = new Bounds(100, true, 0.4, 15, 0.7, 25, 100);

  /**
   * @param horizonSteps number of steps ahead within which the limit raises an alarm
   */
  public OutputLogitDrift(int horizonSteps) {
    super(AlarmKind.OUTPUT_LOGIT_DRIFT, Signal.LOG_Z_MEAN, BOUNDS, horizonSteps);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOG_Z_MEAN, Signal.LOG_Z_SQUARE_MEAN);
  }

  @Override
  double value(Sample sample) {
    return sample.has(Signal.LOG_Z_SQUARE_MEAN)
        ? Math.sqrt(sample.get(Signal.LOG_Z_SQUARE_MEAN))
        : Math.abs(sample.get(Signal.LOG_Z_MEAN));
  }

  @Override
  String message(Sample sample, double size, TimeToLimit trend) {
    String drifted = "Output logits drift: log Z is ±" + Finding.figure(size) + " nats";
    return trend.eta() > 0 && Double.isFinite(trend.eta())
        ? drifted
            + " and passes 100 "
            + arrival(trend)
            + ". From there low precision no longer resolves it."
        : drifted + ", where low precision no longer resolves it.";
  }
}
