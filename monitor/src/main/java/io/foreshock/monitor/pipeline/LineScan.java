// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;

/**
 * Walks through a write line by line; a bad line costs only itself.
 *
 * <p><b>Threads.</b> Not safe: the parser and the point are reused.
 */
final class LineScan {
  /** Takes a line whose time is in nanoseconds. */
  interface PointTaker {
    void take(Point point) throws MalformedLineException;
  }

  private final LineParser parser = new LineParser();
  private final Point point = new Point();

  Outcome scan(Entry.Lines lines, PointTaker taker) {
    byte[] text = lines.text();
    long taken = 0;
    long dropped = 0;
    long firstBadLine = 0;
    String message = null;
    int at = lineStart(text, 0);
    while (at < text.length) {
      try {
        int next = parser.parse(text, at, text.length, point);
        settleTime(lines, taken + dropped);
        taker.take(point);
        taken++;
        at = lineStart(text, next);
      } catch (MalformedLineException e) {
        dropped++;
        if (firstBadLine == 0) {
          firstBadLine = lineNumber(text, at);
          message = e.getMessage();
        }
        at = lineStart(text, lineEnd(text, at));
      }
    }
    return new Outcome(taken, dropped, firstBadLine, message);
  }

  /**
   * Scales the time to nanoseconds. A line without one was received now; its number is added, so
   * that the lines of one write keep an order.
   */
  private void settleTime(Entry.Lines lines, long number) throws MalformedLineException {
    if (!point.hasTime()) {
      point.setTimestamp(lines.receivedNanos() + number);
      return;
    }
    long nanos = lines.precision().nanos();
    if (nanos == 1) {
      return;
    }
    long scaled = point.timestamp() * nanos;
    if (scaled / nanos != point.timestamp()) {
      throw new MalformedLineException(
          "timestamp = " + point.timestamp() + ": out of range; is precision= right?");
    }
    point.setTimestamp(scaled);
  }

  /** Where the next line begins that is neither blank nor a comment. */
  private static int lineStart(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] <= '#') {
      if (text[at] == '#') {
        at = lineEnd(text, at);
      } else if (isBlank(text[at])) {
        at++;
      } else {
        return at;
      }
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private static int lineEnd(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, text.length);
  }

  /** Number, from 1, of the line that begins at {@code at}; only a bad line needs it. */
  private static long lineNumber(byte[] text, int at) {
    long number = 1;
    for (int i = 0; i < at; i++) {
      if (text[i] == '\n') {
        number++;
      }
    }
    return number;
  }
}
