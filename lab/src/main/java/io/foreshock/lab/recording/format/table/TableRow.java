// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.table;

import io.foreshock.predictors.telemetry.FastDouble;
import io.foreshock.predictors.telemetry.NumberText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One row of a table, split into cells. It is split by hand because a row must be found in bytes
 * that arrive piece by piece, and read without an object for each cell.
 *
 * <p><b>Definition.</b> Cells are separated by one byte, and blanks around them do not count. A
 * cell that begins with a quote ends at the next single quote, and may hold separators and line
 * ends.
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled row after row.
 */
final class TableRow {
  /** What a cell holds. */
  enum Cell {
    EMPTY,
    INTEGER,
    FLOAT,
    TEXT
  }

  /** The row is not complete yet. */
  static final int INCOMPLETE = -1;

  /** The row has a quote that is not closed. */
  static final int UNCLOSED = -2;

  private static final Set<String> ABSENT =
      Set.of("none", "n/a", "na", "#n/a", "<na>", "null", "-", "--", "nat");

  /** Eighteen digits always fit a long. */
  private static final int MOST_DIGITS = 18;

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");

  private byte separator = ',';
  private byte[] bytes = {};
  private int count;
  private int[] from = new int[16];
  private int[] to = new int[16];
  private boolean[] quoted = new boolean[16];
  private Cell[] cells = new Cell[16];
  private double[] numbers = new double[16];
  private long[] integers = new long[16];

  /** Sets what separates cells to the most frequent of tab, semicolon and comma in a line. */
  void separateLike(byte[] bytes, int from, int to) {
    int tabs = 0;
    int semicolons = 0;
    int commas = 0;
    boolean inQuotes = false;
    for (int i = from; i < to; i++) {
      inQuotes ^= bytes[i] == '"';
      if (!inQuotes) {
        tabs += bytes[i] == '\t' ? 1 : 0;
        semicolons += bytes[i] == ';' ? 1 : 0;
        commas += bytes[i] == ',' ? 1 : 0;
      }
    }
    boolean tab = tabs > 0 && tabs >= Math.max(semicolons, commas);
    separator = (byte) (tab ? '\t' : semicolons > commas ? ';' : ',');
  }

  /**
   * Splits the row that begins at {@code at}.
   *
   * @param last whether no bytes come after {@code end}
   * @return position behind the row; {@link #INCOMPLETE} or {@link #UNCLOSED}
   */
  int split(byte[] bytes, int at, int end, boolean last) {
    this.bytes = bytes;
    count = 0;
    int i = at;
    while (true) {
      i = skipBlanks(i, end);
      boolean quote = i < end && bytes[i] == '"';
      int begin = quote ? i + 1 : i;
      int close = quote ? closingQuote(begin, end) : i;
      if (close == end && quote) {
        return last ? UNCLOSED : INCOMPLETE;
      }
      i = close;
      while (i < end && bytes[i] != separator && bytes[i] != '\n') {
        i++;
      }
      if (i == end && !last) {
        return INCOMPLETE;
      }
      add(begin, quote ? close : trimmed(begin, i), quote);
      if (i == end || bytes[i] == '\n') {
        return Math.min(i + 1, end);
      }
      i++;
    }
  }

  private int skipBlanks(int from, int end) {
    int i = from;
    while (i < end && bytes[i] != separator && (bytes[i] == ' ' || bytes[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Returns the position of the quote that closes a cell; {@code end} when there is none. */
  private int closingQuote(int from, int end) {
    int i = from;
    while (i < end) {
      if (bytes[i] == '"') {
        if (i + 1 == end || bytes[i + 1] != '"') {
          return i;
        }
        i++; // two quotes stand for one
      }
      i++;
    }
    return end;
  }

  private int trimmed(int begin, int end) {
    int i = end;
    while (i > begin && bytes[i - 1] <= ' ' && bytes[i - 1] >= 0) {
      i--;
    }
    return i;
  }

  private void add(int begin, int end, boolean quote) {
    if (count == from.length) {
      int length = 2 * count;
      from = Arrays.copyOf(from, length);
      to = Arrays.copyOf(to, length);
      quoted = Arrays.copyOf(quoted, length);
      cells = Arrays.copyOf(cells, length);
      numbers = Arrays.copyOf(numbers, length);
      integers = Arrays.copyOf(integers, length);
    }
    from[count] = begin;
    to[count] = end;
    quoted[count++] = quote;
  }

  /** Number of cells. */
  int count() {
    return count;
  }

  /** Whether nothing is in the row. */
  boolean isBlank() {
    return count == 1 && from[0] == to[0];
  }

  /** The i-th cell as text. */
  String text(int i) {
    String text = new String(bytes, from[i], to[i] - from[i], StandardCharsets.UTF_8);
    return quoted[i] ? text.replace("\"\"", "\"").strip() : text;
  }

  /** Reads what the i-th cell holds. */
  Cell read(int i) {
    int begin = from[i];
    int end = to[i];
    Cell cell = begin == end ? Cell.EMPTY : isInteger(i) ? Cell.INTEGER : readNumber(i);
    cells[i] = cell;
    return cell;
  }

  private boolean isInteger(int i) {
    int at = from[i];
    boolean negative = bytes[at] == '-';
    at += negative ? 1 : 0;
    if (at == to[i] || to[i] - at > MOST_DIGITS) {
      return false;
    }
    long integer = 0;
    for (; at < to[i]; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      integer = 10 * integer + digit;
    }
    integers[i] = negative ? -integer : integer;
    numbers[i] = integers[i];
    return true;
  }

  private Cell readNumber(int i) {
    numbers[i] = FastDouble.parse(bytes, from[i], to[i]);
    return Double.isNaN(numbers[i]) ? readWord(i) : Cell.FLOAT;
  }

  private Cell readWord(int i) {
    String text = text(i);
    if (text.isEmpty() || ABSENT.contains(text.toLowerCase(Locale.ROOT))) {
      return Cell.EMPTY;
    }
    boolean comma = separator == ';' && DECIMAL_COMMA.matcher(text).matches();
    Double number = NumberText.of(comma ? text.replace(',', '.') : text);
    if (number == null) {
      return Cell.TEXT;
    }
    numbers[i] = number;
    return Cell.FLOAT;
  }

  /** What the i-th cell held when it was read. */
  Cell cell(int i) {
    return cells[i];
  }

  /** The number in the i-th cell, if it was read as one. */
  double number(int i) {
    return numbers[i];
  }

  /** The number in the i-th cell, if it was read as a whole one. */
  long integer(int i) {
    return integers[i];
  }
}
