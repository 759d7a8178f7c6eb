// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.rule.Condition;
import io.foreshock.predictors.rule.Course;
import io.foreshock.predictors.rule.Span;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * One {@link Rule} in one run.
 *
 * <p><b>Definition.</b> Each series of the rule's field is judged for itself: layer, head and other
 * tags tell them apart. From the sample on with which the condition has held for the rule's span,
 * each sample for which it holds is a verdict. One incident holds the verdicts of all series, as
 * for detectors; calm is counted in the samples of the field.
 *
 * <p><b>Edges.</b> {@link RuleReader} passes over samples that are not newer than their series, and
 * bounds the number of series. A new segment closes the incident, and what held before does not
 * count any more.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> A few comparisons for a line
 * without the field; that of the {@link Course} for one with it.
 */
final class RuleWatch {
  /** More are not counted in a message: what has not moved before has next to no deviation. */
  private static final int MANY_DEVIATIONS = 1000;

  /** Characters of a series' tags in a message; lines may have many and long ones. */
  private static final int LONGEST_SERIES = 100;

  /** One series of the field. */
  private static final class Series {
    final Course course;
    boolean holds;
    long firstStep;
    long firstNanos;

    Series(Rule rule) {
      course = Course.of(rule.condition(), rule.span());
    }

    void exchange(State state) {
      course.exchange(state);
      holds = state.flag(holds);
      firstStep = state.integer(firstStep);
      firstNanos = state.integer(firstNanos);
    }
  }

  final Rule rule;
  private final Incidents incidents;
  private final RuleReader<Series> reader;
  private int segment;

  RuleWatch(Rule rule, String run) {
    this.rule = rule;
    this.incidents = new Incidents(run);
    this.reader = new RuleReader<>(rule, () -> new Series(rule));
  }

  /** Whether the line has the rule's field. */
  boolean judges(Point point) {
    return reader.concerns(point);
  }

  /** Reads a line of the run, whatever it is. */
  void line(Point point, int liveSegment, long runStep, Consumer<Alarm> alarms) {
    if (!reader.concerns(point)) {
      return;
    }
    long time = point.timestamp();
    if (liveSegment > segment) {
      branch(liveSegment, runStep, time, alarms);
    }
    Series of = reader.read(point, runStep);
    if (of == null) {
      return;
    }
    long step = reader.step();
    if (reader.isLater()) {
      incidents.nextStep(step, time, alarms);
    }
    double score = of.course.add(step, time, reader.value());
    if (Double.isNaN(score)) {
      return;
    }
    if (!(score > rule.condition().threshold())) {
      of.holds = false;
      return;
    }
    if (!of.holds) {
      of.holds = true;
      of.firstStep = step;
      of.firstNanos = time;
    }
    if (!rule.condition().lasts()
        || rule.span().isOver(step - of.firstStep, time - of.firstNanos)) {
      incidents.add(verdict(point, reader.value(), score), segment, step, time, alarms);
    }
  }

  /** Closes the incident, for example because the run has ended. */
  void end(String sentence, long step, long timeNanos, Consumer<Alarm> alarms) {
    incidents.end(sentence, step, timeNanos, alarms);
  }

  Incidents incidents() {
    return incidents;
  }

  /** Whether the rule can judge the run. */
  Judging judging() {
    int have = 0;
    int need = 1;
    for (Series of : reader.kept()) {
      if (of.course.warmedUp() >= have) {
        have = of.course.warmedUp();
        need = of.course.needed();
      }
    }
    return Judging.of(have, need, rule.signal());
  }

  /** Saves or restores everything but the rule and its incidents. */
  void exchange(State state) {
    segment = (int) state.integer(segment);
    reader.exchange(state, Series::exchange);
  }

  private void branch(int liveSegment, long step, long timeNanos, Consumer<Alarm> alarms) {
    incidents.closeAll(step, timeNanos, alarms);
    segment = liveSegment;
    reader.rewind();
    reader.kept().forEach(of -> of.holds = false);
  }

  private Verdict verdict(Point point, double value, double score) {
    Condition condition = rule.condition();
    Span span = rule.span();
    double limit = Math.abs(condition.threshold());
    String says;
    if (condition instanceof Condition.Above above) {
      says = "above " + Finding.figure(above.limit());
      limit = above.limit();
    } else if (condition instanceof Condition.Below below) {
      says = "below " + Finding.figure(below.limit());
      limit = below.limit();
    } else if (condition instanceof Condition.Outside outside) {
      says =
          (score > MANY_DEVIATIONS ? "over " + MANY_DEVIATIONS : Finding.figure(score))
              + " deviations from what was expected, more than "
              + Finding.figure(outside.deviations());
    } else {
      boolean share = condition instanceof Condition.ChangesBy change && change.relative();
      says =
          "a change of "
              + (share ? Finding.figure(100 * score) + " %" : Finding.figure(score))
              + " within "
              + span;
    }
    boolean lasting = condition.lasts() && !span.equals(Span.ONE_STEP);
    String series = otherTags(point);
    String place =
        (series.isEmpty() ? "" : " (" + series + ")")
            + (point.tag("layer") == null ? "" : " in layer " + point.tag("layer"));
    String message =
        (rule.message().isEmpty() ? "" : rule.message() + " ")
            + rule.signal()
            + place
            + " is "
            + Finding.figure(value)
            + ", "
            + says
            + (lasting ? " for " + span : "")
            + ".";
    return new Verdict(
        AlarmKind.RULE,
        rule.severity(),
        new Verdict.Where(rule.signal(), point.tag("layer"), Sample.NO_HEAD),
        new Verdict.Measured(Double.isFinite(value) ? value : Double.NaN, limit),
        Verdict.Eta.UNKNOWN,
        Double.NaN,
        message,
        series.isEmpty()
            ? Map.of("rule", rule.name(), "measurement", point.measurement())
            : Map.of("rule", rule.name(), "measurement", point.measurement(), "series", series),
        rule.name());
  }

  /** The tags that tell the series from others, such as {@code host a}; empty without any. */
  private static String otherTags(Point point) {
    StringJoiner tags = new StringJoiner(", ");
    for (int i = 0; i < point.tagCount(); i++) {
      String key = point.tagKey(i);
      if (!key.equals(Telemetry.RUN) && !key.equals("segment") && !key.equals("layer")) {
        tags.add(key + " " + point.tagValue(i));
      }
    }
    String all = tags.toString();
    return all.length() <= LONGEST_SERIES ? all : all.substring(0, LONGEST_SERIES) + "…";
  }
}
