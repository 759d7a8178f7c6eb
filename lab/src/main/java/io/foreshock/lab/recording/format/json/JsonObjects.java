// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

/**
 * Finds where a JSON object ends, by its brackets and quotes.
 *
 * <p><b>Edges.</b> Of an object that was cut off in the middle, such as by a crash, the end is
 * where the next one begins: at the line end if it was cut off in a text, or at a brace where no
 * object may be.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass over the bytes.
 */
final class JsonObjects {
  /** The object is not complete. */
  static final int INCOMPLETE = -1;

  /** One bit holds whether a bracket is of an array. */
  private static final int DEEPEST = Long.SIZE;

  private boolean whole;
  private int depth;
  private long arrays;

  /** Whether the object that was found last is complete. */
  boolean whole() {
    return whole;
  }

  /**
   * Returns the position behind the object that begins at {@code at}; {@link #INCOMPLETE} when it
   * does not end before {@code to}.
   */
  int end(byte[] bytes, int at, int to) {
    depth = 0;
    arrays = 0;
    whole = false;
    byte before = ':';
    for (int i = at; i < to; i++) {
      byte b = bytes[i];
      switch (b) {
        case ' ', '\t', '\r', '\n':
          continue;
        case '"':
          i = closingQuote(bytes, i + 1, to);
          if (i < 0) {
            return INCOMPLETE;
          }
          if (bytes[i] == '\n') {
            return i;
          }
          break;
        case '{', '[':
          if (!mayOpen(before) || depth == DEEPEST) {
            return i;
          }
          open(b == '[');
          break;
        case '}', ']':
          if (isArray() != (b == ']')) {
            return i + 1;
          }
          if (--depth == 0) {
            whole = true;
            return i + 1;
          }
          break;
        default:
          break;
      }
      before = b;
    }
    return INCOMPLETE;
  }

  private boolean mayOpen(byte before) {
    return before == ':' || (depth > 0 && isArray() && (before == '[' || before == ','));
  }

  private void open(boolean array) {
    long bit = 1L << depth++;
    arrays = array ? arrays | bit : arrays & ~bit;
  }

  private boolean isArray() {
    return (arrays >>> (depth - 1) & 1) != 0;
  }

  /** Returns the position of the quote or of the line end, whichever is first. */
  private static int closingQuote(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"' || b == '\n') {
        return i;
      }
      if (b == '\\') {
        i++;
      }
    }
    return INCOMPLETE;
  }
}
