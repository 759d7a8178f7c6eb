// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/**
 * Finds where a line ends that need not be well-formed, by the rule that {@link LineReader} states.
 * For a well-formed line it is where {@link LineParser} ends.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass, which may be taken in pieces.
 */
final class LineEnd {
  private boolean inFields;
  private boolean afterEquals;
  private boolean escaped;
  private boolean inText;
  private int opened;

  /** Goes to the beginning of a line. */
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

  /** Where the quote is that is open, within the piece that it is in. */
  int opened() {
    return opened;
  }

  /** Looks at the next piece; returns the position after the line's line feed, or -1. */
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
