// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import java.nio.charset.StandardCharsets;

/**
 * Splits the bytes of a console into lines of plain text.
 *
 * <p><b>Definition.</b> A line ends at a line feed, a carriage return or a backspace: progress bars
 * go back that way to draw themselves again, and each drawing is a line. ANSI sequences for colours
 * are removed, other ANSI sequences become tabs, and other control characters are removed. So text
 * in UTF-16, as PowerShell writes it, is read too where it is ASCII.
 *
 * <p><b>Edges.</b> Blank lines are skipped. A line longer than {@value #LONGEST_LINE_BYTES} bytes
 * is skipped without being kept. Bytes that are no UTF-8 are removed.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass, and memory for one line.
 */
final class TextLines {
  /** Receives the lines, in order. */
  interface Receiver {
    /** Called for a line that is not blank. */
    void line(String line);
  }

  /** Longest line that is read. */
  static final int LONGEST_LINE_BYTES = 1 << 20;

  private static final char ESCAPE = '\u001b';
  private static final char BELL = '\u0007';
  private static final char NO_UTF_8 = '\uFFFD';
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final StringBuilder plain = new StringBuilder();
  private long number = 1;
  private boolean inLongLine;

  /** Number of the line, as editors count, that the next call begins with. */
  long number() {
    return number;
  }

  /**
   * Reads the next piece; its parameters and its result are those of {@link
   * io.foreshock.lab.recording.format.LogReader#read}.
   */
  int read(byte[] bytes, int from, int to, boolean ended, Receiver receiver) {
    int start = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r' || b == '\b') {
        pass(bytes, start, i, receiver);
        number += b == '\n' ? 1 : 0;
        start = i + 1;
      }
    }
    if (ended) {
      pass(bytes, start, to, receiver);
      return to;
    }
    if (inLongLine || to - start > LONGEST_LINE_BYTES) {
      inLongLine = true;
      return to;
    }
    return start;
  }

  private void pass(byte[] bytes, int from, int to, Receiver receiver) {
    boolean skipped = inLongLine || to - from > LONGEST_LINE_BYTES;
    inLongLine = false;
    if (skipped || from == to) {
      return;
    }
    String line = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    String clean = isPlain(line) ? line : plain(line);
    if (!clean.isBlank()) {
      receiver.line(clean);
    }
  }

  private static boolean isPlain(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' && c != '\t' || c == BYTE_ORDER_MARK || c == NO_UTF_8) {
        return false;
      }
    }
    return true;
  }

  private String plain(String line) {
    plain.setLength(0);
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c == ESCAPE) {
        int end = sequenceEnd(line, i + 1);
        if (line.charAt(end - 1) != 'm') {
          plain.append('\t');
        }
        i = end;
      } else {
        if (c >= ' ' && c != BYTE_ORDER_MARK && c != NO_UTF_8 || c == '\t') {
          plain.append(c);
        }
        i++;
      }
    }
    return plain.toString();
  }

  /** Where the ANSI sequence ends whose first character after the escape is at {@code at}. */
  private static int sequenceEnd(String line, int at) {
    if (at == line.length()) {
      return at;
    }
    char kind = line.charAt(at);
    int i = at + 1;
    if (kind == '[') {
      while (i < line.length() && (line.charAt(i) < '@' || line.charAt(i) > '~')) {
        i++;
      }
    } else if (kind == ']') {
      while (i < line.length() && line.charAt(i) != BELL && line.charAt(i) != '\\') {
        i++;
      }
    } else {
      return i;
    }
    return Math.min(i + 1, line.length());
  }
}
