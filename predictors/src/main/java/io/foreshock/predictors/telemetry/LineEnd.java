// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/**
 * Finds the end of a line that may be malformed, by the rule in {@link LineReader}. For a
 * well-formed line it is the position at which {@link LineParser} ends.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass, also over input that arrives in pieces.
 */
final class LineEnd {
  private boolean inFields;
  private boolean afterEquals;
  private boolean escaped;
  private boolean inText;
  private int opened;

  /** Starts a new line. */
  void begin() {
    inFields = false;
    afterEquals = false;
    escaped = false;
    inText = false;
  }

  /** Whether a quote is open. */
  boolean inText() {
    return inText;
  }

  /** Position of the open quote, within the piece that contains it. */
  int opened() {
    return opened;
  }

  /** Reads the next piece; returns the position after the line's line feed, or -1. */
  int find(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (inText) {
        inText = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (b == '\n') {
        return i + 1;
      } else {
        outsideText(b, i);
      }
    }
    return -1;
  }

  private void outsideText(byte b, int position) {
    boolean name = escaped && LineParser.isEscapable(b);
    if (b == '"' && afterEquals) {
      inText = true;
      opened = position;
    }
    inFields |= b == ' ' && !name;
    afterEquals = inFields && b == '=' && !name;
    escaped = b == '\\';
  }
}
