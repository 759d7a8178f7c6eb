// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.rule.Course;
import io.foreshock.predictors.rule.Lasting;
import io.foreshock.predictors.telemetry.Point;

/**
 * Scores the lines of a recorded run by a {@link Rule}, for every threshold at once. The rule fires
 * at a threshold where the score is above it.
 *
 * <p><b>Threads.</b> Not safe: one run, in order of arrival.
 */
public final class RuleScore {
  /** One series of the rule's field. */
  private static final class Series {
    final Course course;
    final Lasting lasting;

    Series(Rule rule) {
      course = Course.of(rule.condition(), rule.span());
      lasting = new Lasting(rule.span());
    }
  }

  private final Rule rule;
  private final RuleReader<Series> reader;

  /** A score of another run by the rule. */
  public RuleScore(Rule rule) {
    this.rule = rule;
    this.reader = new RuleReader<>(rule, () -> new Series(rule));
  }

  /**
   * Reads the run's next line.
   *
   * @param runStep newest step of the run
   * @return the score; NaN when the line has none
   */
  public double add(Point point, long runStep) {
    Series of = reader.concerns(point) ? reader.read(point, runStep) : null;
    if (of == null) {
      return Double.NaN;
    }
    double score = of.course.add(reader.step(), point.timestamp(), reader.value());
    return rule.condition().lasts()
        ? of.lasting.add(reader.step(), point.timestamp(), score)
        : score;
  }
}
