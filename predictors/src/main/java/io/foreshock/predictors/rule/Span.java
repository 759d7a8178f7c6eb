// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of a run: a number of steps, or a time.
 *
 * @param steps 0 when it is a time
 * @param nanos 0 when it is a number of steps
 */
public record Span(long steps, long nanos) {
  /** One step: the next sample at the latest. */
  public static final Span ONE_STEP = new Span(1, 0);

  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,9}) *(steps?|seconds?|minutes?|hours?)?");

  /** Exactly one of the two is above 0. */
  public Span {
    if (steps < 0 || nanos < 0 || (steps == 0) == (nanos == 0)) {
      throw new IllegalArgumentException(
          "span = " + steps + " steps, " + nanos + " ns: expected either of the two above 0");
    }
  }

  /**
   * Reads a text such as {@code 20 steps}, {@code 5 minutes}, {@code 90 seconds} or {@code 1 hour};
   * a number alone counts steps.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Span parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
    long count = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (count == 0) {
      throw new IllegalArgumentException(
          "'" + text + "': expected a text such as 20 steps, 5 minutes, 90 seconds or 1 hour");
    }
    String unit = matcher.group(2) == null ? "step" : matcher.group(2);
    long second = 1_000_000_000;
    return switch (unit.charAt(1)) {
      case 't' -> new Span(count, 0);
      case 'e' -> new Span(0, count * second);
      case 'i' -> new Span(0, 60 * count * second);
      default -> new Span(0, 3600 * count * second);
    };
  }

  /** Whether it is a time. */
  public boolean isTime() {
    return nanos > 0;
  }

  /**
   * Whether something has lasted for this stretch, its first and its last sample included.
   *
   * @param moreSteps steps from the first sample to the last one
   * @param moreNanos time between them
   */
  public boolean isOver(long moreSteps, long moreNanos) {
    return isTime() ? moreNanos >= nanos : moreSteps + 1 >= steps;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    if (!isTime()) {
      return counted(steps, "step");
    }
    long seconds = nanos / 1_000_000_000;
    return seconds % 3600 == 0
        ? counted(seconds / 3600, "hour")
        : seconds % 60 == 0 ? counted(seconds / 60, "minute") : counted(seconds, "second");
  }

  private static String counted(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
