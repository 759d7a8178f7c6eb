// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Detects a signal that grows, or falls, exponentially towards a limit, for each layer that has it.
 *
 * <p><b>Definition.</b> {@link TimeToLimit} extrapolates it to {@link Bounds#limit}, over the whole
 * recent stretch and over a burst at its end ({@link Growth}); the worse of the two counts.
 * Warning: the trend is clear (slope above {@value #CLEAR} errors), has moved the logarithm by
 * {@code warningMove} within the window, the level is past {@code warningLevel}, and the limit is
 * reached within {@value #WARNING_HORIZONS} horizons. Critical: moved by {@code criticalMove} and
 * not slowing down (newer half's slope at least {@value #NOT_SLOWING} of the older half's), level
 * past {@code criticalLevel}, and even the late end of the ETA's interval is within the horizon; or
 * the level is past {@code beyond}. Before there is a trend, {@value Growth#BEYOND_SAMPLES} samples
 * in a row past {@code beyond} are critical, too: a run that is logged rarely cannot wait for one.
 *
 * <p><b>Edges.</b> The horizon is at least as long as the window, so that sparse logs are judged at
 * their own pace. Early growth that looks exponential and then bends fails the slowing-down test.
 * Values at or below 0 have no logarithm and count as the smallest value that matters.
 */
abstract class GrowthDetector implements Detector {
  private static final double CLEAR = 4;
  private static final double NOT_SLOWING = 0.8;
  private static final double WARNING_HORIZONS = 1.5;

  /** Keeps the logarithm of a value that underflowed finite. */
  private static final double SMALLEST = 1e-6;

  /** Levels of the signal, in its unit, and moves of its natural logarithm, that raise alarms. */
  record Bounds(
      double limit,
      boolean rising,
      double warningMove,
      double warningLevel,
      double criticalMove,
      double criticalLevel,
      double beyond) {

    /** Trends are not fitted while the signal is far from a warning. */
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
  private int samples;

  GrowthDetector(AlarmKind kind, Signal signal, Bounds bounds, int horizonSteps) {
    this.kind = kind;
    this.signal = signal;
    this.bounds = bounds;
    this.horizonSteps = horizonSteps;
    this.layers = new Layers<>(bounds::growth, Growth::exchange);
  }

  @Override
  public final AlarmKind kind() {
    return kind;
  }

  @Override
  public final Judging judging() {
    return samples == 0
        ? new Judging.NothingToJudgeBy(needs())
        : Judging.of(samples, Growth.LEAST_SAMPLES, "");
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(signal);
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
    growth.add(sample.step(), Math.max(value, SMALLEST), bounds.past(value, bounds.beyond), trend);
    samples = Math.max(samples, growth.samples());
    Severity whole = severity(growth.whole);
    Severity burst = severity(growth.burst);
    if (burst != null && (whole == null || burst.compareTo(whole) > 0)) {
      emit(sample, value, burst, growth.burst, verdicts);
    } else if (whole != null) {
      emit(sample, value, whole, growth.whole, verdicts);
    }
  }

  @Override
  public final void exchange(State state) {
    layers.exchange(state);
    samples = (int) state.integer(samples);
  }

  /** Returns the sample's value of the signal; NaN when it has none. */
  abstract double value(Sample sample);

  /**
   * Returns the message; the trend's ETA is 0 past the limit, infinite when it moves away from it.
   */
  abstract String message(Sample sample, double value, TimeToLimit trend);

  /** The ETA with its interval, for a message. */
  static String arrival(TimeToLimit trend) {
    String high =
        Double.isFinite(trend.etaHigh()) ? " to " + Finding.steps(trend.etaHigh()) : " or more";
    String about = "in about " + Finding.steps(trend.eta()) + " steps";
    return about + " (" + Finding.steps(trend.etaLow()) + high + ")";
  }

  /** The sample's layer and head, for a message. */
  static String where(Sample sample) {
    return sample.head() == Sample.NO_HEAD
        ? "layer " + sample.layer()
        : "layer " + sample.layer() + " head " + sample.head();
  }

  private String needs() {
    String names =
        signals().stream().sorted().map(Signal::wireName).collect(Collectors.joining(" or "));
    return signal.measurement() == Measurement.TRAIN_LAYER ? names + " of layers" : names;
  }

  private void emit(
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
        .emit(verdicts, message(sample, value, trend));
  }

  /** Returns the severity; null when the growth is no cause for a verdict. */
  private @Nullable Severity severity(TimeToLimit growth) {
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
