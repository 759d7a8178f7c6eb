// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static io.foreshock.lab.recording.format.text.NumberScanner.charAt;
import static io.foreshock.lab.recording.format.text.NumberScanner.isDigit;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;

/**
 * Reads a date, a time of day or a duration, so that its digits are not taken for numbers.
 *
 * <p><b>Definition.</b> A date such as {@code 2024-05-05} or {@code 2024/05/05}, followed or not by
 * a time such as {@code 10:11}, {@code 10:11:12,123} or {@code T10:11:12Z}; or a time alone, which
 * may be a duration, behind {@code 05/31} or not. Only a date with a time is a point in time.
 * Without an offset it is UTC, because a log does not tell where it was written.
 *
 * <p><b>Threads.</b> Not safe: the last time is kept here.
 */
final class TimeScanner {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private boolean dated;
  private long nanos;
  private LocalDate date = LocalDate.EPOCH;
  private long nanoOfDay;

  /** Whether what was read last is a point in time. */
  boolean isPointInTime() {
    return dated;
  }

  /** The point in time that was read last, in nanoseconds since the epoch. */
  long nanos() {
    return nanos;
  }

  /**
   * Reads what begins there, at a digit; returns where it ends, or {@code at} when it is no time.
   */
  int read(String text, int at) {
    dated = false;
    int dateEnd = date(text, at);
    if (dateEnd == at) {
      int short0 = shortDate(text, at);
      int timeEnd = time(text, short0);
      return timeEnd > short0 ? timeEnd : at;
    }
    char between = charAt(text, dateEnd);
    int timeStart = between == 'T' || between == ' ' || between == '_' ? dateEnd + 1 : dateEnd;
    int timeEnd = time(text, timeStart);
    if (timeEnd == timeStart) {
      return dateEnd;
    }
    int end = offset(text, timeEnd);
    dated = true;
    return end;
  }

  private int date(String text, int at) {
    char separator = charAt(text, at + 4);
    if ((separator != '-' && separator != '/')
        || charAt(text, at + 7) != separator
        || !areDigits(text, at, 4)
        || !areDigits(text, at + 5, 2)
        || !areDigits(text, at + 8, 2)
        || isDigit(charAt(text, at + 10))) {
      return at;
    }
    try {
      date = LocalDate.of(number(text, at, 4), number(text, at + 5, 2), number(text, at + 8, 2));
      return at + 10;
    } catch (DateTimeException e) {
      return at; // such as 2024-99-99, which is a name
    }
  }

  /** Where the time begins behind a date without a year, such as {@code 05/31}. */
  private static int shortDate(String text, int at) {
    boolean found =
        areDigits(text, at, 2)
            && charAt(text, at + 2) == '/'
            && areDigits(text, at + 3, 2)
            && charAt(text, at + 5) == ' ';
    return found ? at + 6 : at;
  }

  /** Reads {@code h:mm}, {@code h:mm:ss} and so on; hours have any number of digits. */
  private int time(String text, int at) {
    int colon = digits(text, at);
    if (colon == at
        || colon - at > 6
        || charAt(text, colon) != ':'
        || !areDigits(text, colon + 1, 2)) {
      return at;
    }
    int hours = number(text, at, colon - at);
    int minutes = number(text, colon + 1, 2);
    int end = colon + 3;
    int seconds = 0;
    long fraction = 0;
    if (charAt(text, end) == ':' && areDigits(text, end + 1, 2)) {
      seconds = number(text, end + 1, 2);
      end += 3;
      char point = charAt(text, end);
      if ((point == '.' || point == ',') && isDigit(charAt(text, end + 1))) {
        int fractionEnd = digits(text, end + 1);
        fraction = fraction(text, end + 1, fractionEnd);
        end = fractionEnd;
      }
    }
    if (hours < 24 && minutes < 60 && seconds < 60) {
      nanoOfDay = LocalTime.of(hours, minutes, seconds).toNanoOfDay() + fraction;
    }
    nanos = date.toEpochDay() * 86_400 * NANOS_PER_SECOND + nanoOfDay;
    return end;
  }

  private int offset(String text, int at) {
    char sign = charAt(text, at);
    if (sign == 'Z') {
      return at + 1;
    }
    if ((sign != '+' && sign != '-') || !areDigits(text, at + 1, 2)) {
      return at;
    }
    int minutesAt = charAt(text, at + 3) == ':' ? at + 4 : at + 3;
    if (!areDigits(text, minutesAt, 2)) {
      return at;
    }
    long seconds = number(text, at + 1, 2) * 3600L + number(text, minutesAt, 2) * 60L;
    nanos -= (sign == '+' ? seconds : -seconds) * NANOS_PER_SECOND;
    return minutesAt + 2;
  }

  private static long fraction(String text, int from, int to) {
    long fraction = 0;
    for (int i = 0; i < 9; i++) {
      fraction = fraction * 10 + (from + i < to ? text.charAt(from + i) - '0' : 0);
    }
    return fraction;
  }

  private static boolean areDigits(String text, int at, int count) {
    for (int i = 0; i < count; i++) {
      if (!isDigit(charAt(text, at + i))) {
        return false;
      }
    }
    return true;
  }

  private static int digits(String text, int from) {
    int i = from;
    while (isDigit(charAt(text, i))) {
      i++;
    }
    return i;
  }

  private static int number(String text, int from, int count) {
    return Integer.parseInt(text, from, from + count, 10);
  }
}
