// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the samples of a {@link Rule}'s field in the lines of a run, and the series of each.
 *
 * <p><b>Definition.</b> Measurement, layer, head and other tags of a line make its series. A line
 * without a step counts at the run's newest step. A sample that is not newer than its series is
 * passed over.
 *
 * <p><b>Edges.</b> There are at most {@value #MOST_SERIES} series; samples of further ones are
 * passed over.
 *
 * @param <T> what is kept for each series
 */
final class RuleReader<T> {
  private static final int MOST_SERIES = 256;

  /** Saves or restores what is kept for a series. */
  interface Exchange<T> {
    void exchange(T kept, State state);
  }

  private static final class Series<T> {
    final T kept;
    long step = -1;
    long timeNanos = Long.MIN_VALUE;

    Series(T kept) {
      this.kept = kept;
    }
  }

  private final Rule rule;
  private final Supplier<T> fresh;

  /** Whether lines of steps and of layers, which most lines are, can have the field at all. */
  private final boolean ofSteps;

  private final boolean ofLayers;
  private final Map<String, Series<T>> series = new LinkedHashMap<>();
  private long newestStep = -1;
  private long newestNanos = Long.MIN_VALUE;
  private long step;
  private double value;
  private boolean later;

  RuleReader(Rule rule, Supplier<T> fresh) {
    this.rule = rule;
    this.fresh = fresh;
    this.ofSteps = rule.reads(Measurement.TRAIN_STEP.wireName());
    this.ofLayers = rule.reads(Measurement.TRAIN_LAYER.wireName());
  }

  /** Whether the line has the rule's field. */
  boolean concerns(Point point) {
    Measurement measurement = Measurement.ofSamples(point.measurement());
    boolean reads =
        measurement == null
            ? rule.reads(point.measurement())
            : measurement == Measurement.TRAIN_STEP ? ofSteps : ofLayers;
    return reads && rule.field(point) >= 0 && rule.readsLayer(point.tag("layer"));
  }

  /**
   * Reads a line that {@link #concerns} the rule.
   *
   * @param runStep newest step of the run
   * @return what is kept for the line's series; null when the sample is passed over
   */
  @Nullable T read(Point point, long runStep) {
    long ownStep = ownStep(point);
    long time = point.timestamp();
    Series<T> of = of(point);
    if (of == null || (ownStep < 0 ? time <= of.timeNanos : ownStep <= of.step)) {
      return null;
    }
    step = ownStep < 0 ? runStep : ownStep;
    value = point.number(rule.field(point));
    of.step = step;
    of.timeNanos = time;
    later = ownStep < 0 ? time > newestNanos : step > newestStep;
    if (later) {
      newestStep = step;
      newestNanos = time;
    }
    return of.kept;
  }

  /** Step of the newest sample. */
  long step() {
    return step;
  }

  /** Value of the newest sample. */
  double value() {
    return value;
  }

  /** Whether the newest sample is later than those of all series before it. */
  boolean isLater() {
    return later;
  }

  /** Allows steps that were there before, as a run does that begins at a checkpoint again. */
  void rewind() {
    newestStep = -1;
    series.values().forEach(of -> of.step = -1);
  }

  /** What is kept for each series. */
  Iterable<T> kept() {
    return series.values().stream().map(of -> of.kept).toList();
  }

  void exchange(State state, Exchange<T> exchange) {
    newestStep = state.integer(newestStep);
    newestNanos = state.integer(newestNanos);
    int count = (int) state.integer(series.size());
    if (state.restoring()) {
      series.clear();
      for (int i = 0; i < count; i++) {
        Series<T> restored = new Series<>(fresh.get());
        series.put(state.requiredText(null), restored);
        exchange(restored, state, exchange);
      }
    } else {
      series.forEach(
          (key, of) -> {
            state.requiredText(key);
            exchange(of, state, exchange);
          });
    }
  }

  private static <T> void exchange(Series<T> of, State state, Exchange<T> exchange) {
    of.step = state.integer(of.step);
    of.timeNanos = state.integer(of.timeNanos);
    exchange.exchange(of.kept, state);
  }

  private @Nullable Series<T> of(Point point) {
    String key = key(point);
    Series<T> known = series.get(key);
    if (known == null && series.size() < MOST_SERIES) {
      known = new Series<>(fresh.get());
      series.put(key, known);
    }
    return known;
  }

  /** Measurement and tags except run and segment, in the order in which they came. */
  private static String key(Point point) {
    if (point.tagCount() == 1) {
      return point.measurement();
    }
    StringBuilder key = new StringBuilder(point.measurement());
    for (int i = 0; i < point.tagCount(); i++) {
      String tag = point.tagKey(i);
      if (!tag.equals(Telemetry.RUN) && !tag.equals("segment")) {
        key.append(',').append(tag).append('=').append(point.tagValue(i));
      }
    }
    return key.toString();
  }

  private static long ownStep(Point point) {
    int field = point.field(Telemetry.STEP);
    double step = field < 0 ? Double.NaN : point.number(field);
    return Telemetry.isStep(step) ? (long) step : -1;
  }
}
