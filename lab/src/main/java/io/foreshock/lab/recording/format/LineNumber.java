// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

/** Counts the lines of a log that arrives piece by piece, only as far as a number is needed. */
public final class LineNumber {
  private long number = 1;
  private int counted;

  /** Begins a piece, whose first byte belongs to the line at which the piece before ended. */
  public void begin(int from) {
    counted = from;
  }

  /** Returns the number of the line at a position, which is not before the last one asked for. */
  public long at(byte[] bytes, int at) {
    for (; counted < at; counted++) {
      number += bytes[counted] == '\n' ? 1 : 0;
    }
    return number;
  }

  /** The last number. */
  public long last() {
    return number;
  }

  /** Returns the position behind a byte order mark at {@code from}. */
  public static int afterMark(byte[] bytes, int from, int to) {
    boolean mark =
        to - from >= 3
            && bytes[from] == (byte) 0xef
            && bytes[from + 1] == (byte) 0xbb
            && bytes[from + 2] == (byte) 0xbf;
    return mark ? from + 3 : from;
  }

  /** Returns the position of the line feed from {@code from} on; {@code -1} when there is none. */
  public static int feed(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
