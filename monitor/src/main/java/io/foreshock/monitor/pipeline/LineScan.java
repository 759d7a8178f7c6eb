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
    long lineNumber = 1;
    for (int at = 0; at < text.length; ) {
      int next = lineEnd(text, at);
      if (!isBlankOrComment(text, at, next)) {
        try {
          next = parser.parse(text, at, text.length, point);
          settleTime(lines, lineNumber);
          taker.take(point);
          taken++;
        } catch (MalformedLineException e) {
          dropped++;
          if (firstBadLine == 0) {
            firstBadLine = lineNumber;
            message = e.getMessage();
          }
        }
      }
      lineNumber += breaks(text, at, next);
      at = next;
    }
    return new Outcome(taken, dropped, firstBadLine, message);
  }

  /**
   * Scales the time to nanoseconds. A line without one was received now; its number is added, so
   * that the lines of one write keep an order.
   */
  private void settleTime(Entry.Lines lines, long lineNumber) throws MalformedLineException {
    if (!point.hasTime()) {
      point.setTimestamp(lines.receivedNanos() + lineNumber);
      return;
    }
    long nanos = lines.precision().nanos();
    long scaled = point.timestamp() * nanos;
    if (nanos != 1 && scaled / nanos != point.timestamp()) {
      throw new MalformedLineException(
          "timestamp = " + point.timestamp() + ": out of range; is precision= right?");
    }
    point.setTimestamp(scaled);
  }

  private static int lineEnd(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, text.length);
  }

  private static boolean isBlankOrComment(byte[] text, int from, int to) {
    int at = from;
    while (at < to
        && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
      at++;
    }
    return at == to || text[at] == '#';
  }

  /** Line breaks passed: more than one where a text field holds some. */
  private static long breaks(byte[] text, int from, int to) {
    long breaks = 0;
    for (int at = from; at < to; at++) {
      if (text[at] == '\n') {
        breaks++;
      }
    }
    return breaks;
  }
}
