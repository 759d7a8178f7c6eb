// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times in logs.
 *
 * <p><b>Definition.</b> A number is a time if it is one of the years 2001 to 2096, counted from
 * 1970 in seconds, milliseconds, microseconds or nanoseconds. Smaller numbers are durations. A text
 * is a time if it begins with a date as in ISO 8601. A time without a zone is taken as UTC, because
 * a log does not tell the zone of its machine.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class TimeText {
  /** Stands for no time. */
  public static final long NONE = Long.MIN_VALUE;

  private static final double FIRST_SECOND = 1e9;
  private static final double LAST_SECOND = 4e9;

  private static final Pattern ISO =
      Pattern.compile(
          "[\\[(]?(\\d{4})[-/](\\d\\d)[-/](\\d\\d)"
              + "(?:[T _](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9})\\d*)?)?"
              + " ?(Z|UTC|[+-]\\d\\d:?\\d\\d)?)?");

  private TimeText() {}

  /** Returns nanoseconds since the epoch; {@link #NONE} when the number is no time. */
  public static long nanos(double number) {
    long unitNanos = 1_000_000_000;
    for (double scale = 1; scale <= 1e9; scale *= 1e3, unitNanos /= 1000) {
      if (number >= FIRST_SECOND * scale && number < LAST_SECOND * scale) {
        long whole = (long) number; // apart, because both together do not fit a double
        return whole * unitNanos + Math.round((number - whole) * unitNanos);
      }
    }
    return NONE;
  }

  /** Returns nanoseconds since the epoch; {@link #NONE} when the text begins with no date. */
  public static long nanos(String text) {
    Matcher iso = ISO.matcher(text);
    if (!iso.lookingAt()) {
      return NONE;
    }
    try {
      LocalDateTime time =
          LocalDateTime.of(
              number(iso, 1),
              number(iso, 2),
              number(iso, 3),
              number(iso, 4),
              number(iso, 5),
              number(iso, 6),
              fraction(iso.group(7)));
      Instant instant = time.toInstant(zone(iso.group(8)));
      return Math.addExact(instant.getEpochSecond() * 1_000_000_000L, instant.getNano());
    } catch (DateTimeException | ArithmeticException e) {
      return NONE; // digits in the form of a time, such as month 13
    }
  }

  private static int number(Matcher iso, int group) {
    String digits = iso.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static int fraction(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt((digits + "00000000").substring(0, 9));
  }

  private static ZoneOffset zone(@Nullable String zone) {
    return zone == null || zone.equals("UTC") ? ZoneOffset.UTC : ZoneOffset.of(zone);
  }
}
