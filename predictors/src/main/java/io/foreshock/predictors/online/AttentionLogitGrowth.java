// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * Attention logits on their way to 1e4, layer by layer and, where sent, head by head.
 *
 * <p><b>Definition.</b> {@link TimeToLimit} over {@code attention_logit_max}: warning when the
 * trend is clear (slope above {@value #CLEAR} errors), already grew e^{@value #WARNING_RISE}-fold
 * within the window, stands above {@value #WARNING_LEVEL}, and reaches 1e4 within twice the
 * horizon; critical when it grew e^{@value #CRITICAL_RISE}-fold without slowing down, stands above
 * {@value #CRITICAL_LEVEL} and arrives within the horizon, or when the level itself is beyond what
 * a healthy run shows.
 *
 * <p><b>Edges.</b> The horizon is never shorter than the window, so that sparse logs are judged by
 * their own pace. Early growth that looks exponential and bends is met by the slowing-down test.
 *
 * <p><b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322) §3.3: every run above 1e4 had diverged.
 * The levels are our own: healthy small models reach 200, and softmax saturates long before 1e4.
 */
public final class AttentionLogitGrowth implements Detector {
  /** Every run above it had diverged. */
  public static final double LIMIT = 1e4;

  private static final double CLEAR = 4;
  private static final double WARNING_RISE = 0.7;
  private static final double WARNING_LEVEL = 30;
  private static final double CRITICAL_RISE = 1.1;
  private static final double CRITICAL_LEVEL = 60;

  /** Newer half's slope over the older half's; 1 would ask for a perfect exponential. */
  private static final double NOT_SLOWING = 0.8;

  /** Fitted level that alone is critical: five times the highest seen in healthy runs. */
  private static final double SATURATED = 1e3;

  private final Layers<TimeToLimit> layers =
      new Layers<>(() -> new TimeToLimit(LIMIT, true), TimeToLimit::exchange);
  private final Trend trend = new Trend();
  private final int horizonSteps;

  /**
   * @param horizonSteps how far ahead an arrival is worth an alarm, steps
   */
  public AttentionLogitGrowth(int horizonSteps) {
    this.horizonSteps = horizonSteps;
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double logit = sample.get(Signal.ATTENTION_LOGIT_MAX);
    if (!(logit > 0)) {
      return;
    }
    TimeToLimit growth = layers.of(sample);
    if (growth == null) {
      return;
    }
    growth.add(sample.step(), logit, trend);
    Severity severity = growth.ready() ? severity(growth) : null;
    if (severity != null) {
      tell(sample, severity, logit, growth, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    layers.exchange(state);
  }

  private Severity severity(TimeToLimit growth) {
    double level = growth.level();
    if (level >= SATURATED) {
      return Severity.CRITICAL;
    }
    double horizon = Math.max(horizonSteps, growth.span());
    if (growth.certainty() < CLEAR || growth.rise() < WARNING_RISE || level < WARNING_LEVEL) {
      return null;
    }
    boolean steady = growth.acceleration() >= NOT_SLOWING && growth.rise() >= CRITICAL_RISE;
    if (steady && level >= CRITICAL_LEVEL && growth.eta() <= horizon) {
      return Severity.CRITICAL;
    }
    return growth.eta() <= 2 * horizon ? Severity.WARNING : null;
  }

  private static void tell(
      Sample sample,
      Severity severity,
      double logit,
      TimeToLimit growth,
      Consumer<Verdict> verdicts) {
    String where = "layer " + sample.layer();
    if (sample.head() != Sample.NO_HEAD) {
      where += " head " + sample.head();
    }
    double eta = growth.eta();
    new Finding(AlarmKind.ATTENTION_LOGIT_GROWTH, severity, Signal.ATTENTION_LOGIT_MAX)
        .at(sample)
        .value(logit, LIMIT)
        .eta(eta, growth.etaLow(), growth.etaHigh())
        .evidence("level", growth.level())
        .evidence("factor_per_100_steps", growth.factorPer100())
        .evidence("acceleration", growth.acceleration())
        .evidence("slope_in_errors", growth.certainty())
        .tell(
            verdicts,
            "Attention logits of "
                + where
                + " stand at "
                + Finding.figure(logit)
                + (Double.isInfinite(eta)
                    ? ", far above what healthy runs show."
                    : eta == 0
                        ? ", past 10000, where every run had diverged."
                        : " and reach 10000, where every run had diverged, in about "
                            + Finding.figure(eta)
                            + " steps."));
  }
}
