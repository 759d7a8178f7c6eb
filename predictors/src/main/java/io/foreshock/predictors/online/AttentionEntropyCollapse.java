// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * Attention entropy falling to nothing: each query looks at one position, and gradients through the
 * softmax vanish.
 *
 * <p><b>Definition.</b> {@link TimeToLimit} over {@code attention_entropy}, falling to {@value
 * #COLLAPSED} nats: warning when the fall is clear (slope above {@value #CLEAR} errors), is already
 * e^{@value #WARNING_FALL}-fold within the window, and arrives within twice the horizon; critical
 * when it fell e^{@value #CRITICAL_FALL}-fold without slowing down to below {@value
 * #CRITICAL_LEVEL} nats and arrives within the horizon, or stands below {@value #COLLAPSED}.
 *
 * <p><b>Edges.</b> Means over a layer only: a single head may well look at one position for good
 * reasons. <b>Source.</b> Zhai et al. 2023 (arXiv 2303.06296); they publish no threshold. Ours:
 * healthy runs stand at 0.2 nats and decline slowly, collapsing ones pass through 0.1 within dozens
 * of steps.
 */
public final class AttentionEntropyCollapse implements Detector {
  /** Nats; e^0.02 is as good as one position. */
  private static final double COLLAPSED = 0.02;

  private static final double CLEAR = 4;
  private static final double WARNING_FALL = 0.5;
  private static final double CRITICAL_FALL = 0.9;
  private static final double CRITICAL_LEVEL = 0.5;
  private static final double NOT_SLOWING = 0.8;

  /** Nats; keeps the logarithm of an entropy that is 0 in single precision finite. */
  private static final double SMALLEST = 1e-6;

  private final Layers<TimeToLimit> layers =
      new Layers<>(() -> new TimeToLimit(COLLAPSED, false), TimeToLimit::exchange);
  private final Trend trend = new Trend();
  private final int horizonSteps;

  /**
   * @param horizonSteps how far ahead an arrival is worth an alarm, steps
   */
  public AttentionEntropyCollapse(int horizonSteps) {
    this.horizonSteps = horizonSteps;
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double entropy = sample.get(Signal.ATTENTION_ENTROPY);
    if (!(entropy >= 0) || sample.head() != Sample.NO_HEAD) {
      return;
    }
    TimeToLimit fall = layers.of(sample);
    if (fall == null) {
      return;
    }
    fall.add(sample.step(), Math.max(entropy, SMALLEST), trend);
    Severity severity = fall.ready() ? severity(fall) : null;
    if (severity != null) {
      tell(sample, severity, entropy, fall, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    layers.exchange(state);
  }

  private Severity severity(TimeToLimit fall) {
    if (fall.level() <= COLLAPSED) {
      return Severity.CRITICAL;
    }
    double horizon = Math.max(horizonSteps, fall.span());
    if (fall.certainty() < CLEAR || fall.rise() < WARNING_FALL) {
      return null;
    }
    boolean steady = fall.acceleration() >= NOT_SLOWING && fall.rise() >= CRITICAL_FALL;
    if (steady && fall.level() <= CRITICAL_LEVEL && fall.eta() <= horizon) {
      return Severity.CRITICAL;
    }
    return fall.eta() <= 2 * horizon ? Severity.WARNING : null;
  }

  private static void tell(
      Sample sample,
      Severity severity,
      double entropy,
      TimeToLimit fall,
      Consumer<Verdict> verdicts) {
    double eta = fall.eta();
    new Finding(AlarmKind.ATTENTION_ENTROPY_COLLAPSE, severity, Signal.ATTENTION_ENTROPY)
        .at(sample)
        .value(entropy, COLLAPSED)
        .eta(eta, fall.etaLow(), fall.etaHigh())
        .evidence("level", fall.level())
        .evidence("factor_per_100_steps", 1 / fall.factorPer100())
        .evidence("acceleration", fall.acceleration())
        .evidence("slope_in_errors", fall.certainty())
        .tell(
            verdicts,
            "Attention entropy of layer "
                + sample.layer()
                + " fell to "
                + Finding.figure(entropy)
                + (eta > 0
                    ? " nats and collapses in about " + Finding.figure(eta) + " steps."
                    : " nats: each query looks at one position."));
  }
}
