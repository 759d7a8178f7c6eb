// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * A signal that runs away exponentially, layer by layer where it is a layer's.
 *
 * <p><b>Definition.</b> {@link TimeToLimit} extrapolates it to {@link Bounds#limit}, over the whole
 * recent stretch and over a burst at its end ({@link Growth}); the worse counts. Warning: the trend
 * is clear (slope above {@value #CLEAR} errors), has moved the logarithm by {@code warningMove}
 * within the window, the level is past {@code warningLevel}, and the limit is reached within
 * {@value #WARNING_HORIZONS} horizons. Critical: moved by {@code criticalMove} and not slowing down
 * (newer half's slope at least {@value #NOT_SLOWING} of the older half's), level past {@code
 * criticalLevel}, and even the late end of the ETA's interval is within the horizon; or the level
 * is past {@code beyond}.
 *
 * <p><b>Edges.</b> The horizon is never shorter than the window, so that sparse logs are judged by
 * their own pace. Early growth that looks exponential and then bends fails the slowing-down test.
 * Values at or below 0 have no logarithm: they are taken as the smallest that matters.
 */
abstract class GrowthDetector implements Detector {
  private static final double CLEAR = 4;
  private static final double NOT_SLOWING = 0.8;
  private static final double WARNING_HORIZONS = 1.5;

  /** Keeps the logarithm of a value that underflowed finite. */
  private static final double SMALLEST = 1e-6;

  /** Where it gets serious, in the signal's unit; moves are of its natural logarithm. */
  record Bounds(
      double limit,
      boolean rising,
      double warningMove,
      double warningLevel,
      double criticalMove,
      double criticalLevel,
      double beyond) {

    /** What is far from a warning is not looked at closely. */
    private Growth growth() {
      return new Growth(limit, rising, warningMove / 2, warningLevel);
    }

    private boolean past(double level, double bound) {
      return rising ? level >= bound : level <= bound;
    }
  }

  private final AlarmKind kind;
  private final Signal signal;
  private final Bounds bounds;
  private final int horizonSteps;
  private final Layers<Growth> layers;
  private final Trend trend = new Trend();

  GrowthDetector(AlarmKind kind, Signal signal, Bounds bounds, int horizonSteps) {
    this.kind = kind;
    this.signal = signal;
    this.bounds = bounds;
    this.horizonSteps = horizonSteps;
    this.layers = new Layers<>(bounds::growth, Growth::exchange);
  }

  @Override
  public final boolean takes(Measurement measurement) {
    return measurement == signal.measurement();
  }

  @Override
  public final void update(Sample sample, Consumer<Verdict> verdicts) {
    double value = value(sample);
    if (Double.isNaN(value)) {
      return;
    }
    Growth growth = layers.of(sample);
    if (growth == null) {
      return;
    }
    growth.add(sample.step(), Math.max(value, SMALLEST), trend);
    Severity whole = severity(growth.whole);
    Severity burst = severity(growth.burst);
    if (whole != null || burst != null) {
      boolean fast = whole == null || (burst != null && burst.compareTo(whole) > 0);
      tell(sample, value, fast ? burst : whole, fast ? growth.burst : growth.whole, verdicts);
    }
  }

  @Override
  public final void exchange(State state) {
    layers.exchange(state);
  }

  /** What to follow of the sample; NaN when it is not there. */
  abstract double value(Sample sample);

  /** One sentence; {@code eta} is 0 past the limit and infinite when it is not approached. */
  abstract String message(Sample sample, double value, double eta);

  /** The sample's layer and head, for a message. */
  static String where(Sample sample) {
    return sample.head() == Sample.NO_HEAD
        ? "layer " + sample.layer()
        : "layer " + sample.layer() + " head " + sample.head();
  }

  private void tell(
      Sample sample,
      double value,
      Severity severity,
      TimeToLimit trend,
      Consumer<Verdict> verdicts) {
    new Finding(kind, severity, signal)
        .at(sample)
        .value(value, bounds.limit)
        .eta(trend.eta(), trend.etaLow(), trend.etaHigh())
        .evidence("level", trend.level())
        .evidence("factor_per_100_steps", trend.factorPer100())
        .evidence("acceleration", trend.acceleration())
        .evidence("slope_in_errors", trend.certainty())
        .evidence("seen_steps", trend.span())
        .tell(verdicts, message(sample, value, trend.eta()));
  }

  private Severity severity(TimeToLimit growth) {
    if (!growth.ready()) {
      return null;
    }
    double level = growth.level();
    if (bounds.past(level, bounds.beyond)) {
      return Severity.CRITICAL;
    }
    boolean clear = growth.certainty() >= CLEAR && growth.move() >= bounds.warningMove;
    if (!clear || !bounds.past(level, bounds.warningLevel)) {
      return null;
    }
    double horizon = Math.max(horizonSteps, growth.span());
    boolean steady = growth.move() >= bounds.criticalMove && growth.acceleration() >= NOT_SLOWING;
    if (steady && bounds.past(level, bounds.criticalLevel) && growth.etaHigh() <= horizon) {
      return Severity.CRITICAL;
    }
    return growth.eta() <= WARNING_HORIZONS * horizon ? Severity.WARNING : null;
  }
}
