// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/**
 * Splits bytes into lines. HTTP, the journal and files all read telemetry through it.
 *
 * <p><b>Where a line ends.</b> At the first line feed outside a text, also for a bad line, so the
 * content of a text is never read as a line. A quote opens a text only directly after an unescaped
 * {@code =} that follows the first unescaped space of the line; the next unescaped quote closes it.
 * Elsewhere a quote is an ordinary character. A quote that is not closed before the end of the
 * input opens no text: its line is bad and ends at the next line feed, and the other lines are
 * read.
 *
 * <p><b>Edges.</b> Blanks before a line, blank lines and lines that begin with {@code #} are
 * skipped, and so is a byte order mark at the beginning of the input. A carriage return before the
 * line feed belongs to the line end. The last line needs no line feed. A line longer than {@value
 * #LONGEST_LINE_BYTES} bytes is bad; if it has an unclosed quote, it ends at the end of the input,
 * because a reader of a stream cannot go back that far.
 *
 * <p><b>Names.</b> Lines arrive as the contract has them: a {@link NameTable} gives the names of
 * other tools the contract's names, and numbers that were written as texts become numbers.
 *
 * <p>The same bytes give the same lines, however they are cut into pieces.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass over good lines, two over bad ones. Names of
 * the contract cost no look-up.
 */
public final class LineReader {
  /** Receives what an input holds, in order. */
  public interface Lines {
    /**
     * Called for a well-formed line; the point is valid until this returns. May reject the line.
     */
    void line(Point point) throws MalformedLineException;

    /**
     * Called for a bad line.
     *
     * @param number of the line as editors count, from 1
     * @param reason what is wrong with it
     */
    void bad(long number, String reason);
  }

  /** Longest line that can be good. */
  public static final int LONGEST_LINE_BYTES = 1 << 26;

  private static final int NONE = -1;

  private final int longestLine;
  private final Translation translation;
  private final LineParser parser;
  private final LineEnd lineEnd = new LineEnd();
  private final Point point = new Point();

  private boolean begun;
  private boolean inComment;
  private boolean inLongLine;

  /** Number of the line at {@link #counted}. */
  private long number;

  /**
   * Position up to which line feeds were counted; they are counted only when a number is needed.
   */
  private int counted;

  /** A reader at the beginning of an input, with the shipped table of names. */
  public LineReader() {
    this(NameTable.shipped());
  }

  /** A reader at the beginning of an input that translates names by a table. */
  public LineReader(NameTable names) {
    this(LONGEST_LINE_BYTES, names);
  }

  LineReader(int longestLine) {
    this(longestLine, NameTable.shipped());
  }

  private LineReader(int longestLine, NameTable names) {
    this.longestLine = longestLine;
    this.translation = new Translation(names);
    this.parser = new LineParser(translation::renames);
    begin();
  }

  /** Reads a whole input. */
  public void read(byte[] input, Lines lines) {
    begin();
    read(input, 0, input.length, true, lines);
  }

  /** Starts another input. */
  public void begin() {
    begun = false;
    inComment = false;
    inLongLine = false;
    number = 1;
    counted = 0;
  }

  /** Number of the line at which the last {@link #read} ended, from 1. */
  public long lineNumber() {
    return number;
  }

  /**
   * Reads the next piece of an input. A line that is not complete yet is left for the next call.
   *
   * @param last whether the input ends at {@code to}
   * @return position of the bytes with which the next piece must begin; {@code from} when the line
   *     is not complete
   */
  public int read(byte[] bytes, int from, int to, boolean last, Lines lines) {
    counted = from;
    int at = lineStart(bytes, skipMark(bytes, from, to, last), to);
    while (at < to && begun) {
      int next = inLongLine ? longLine(bytes, at, to) : line(bytes, at, to, last, lines);
      if (next == NONE) {
        break;
      }
      at = lineStart(bytes, next, to);
    }
    if (!last) {
      numberAt(bytes, at);
    }
    return at;
  }

  /** Reads one line; returns where the next one begins, or NONE when it is not complete. */
  private int line(byte[] bytes, int at, int to, boolean last, Lines lines) {
    int next = NONE;
    String reason;
    try {
      next = parser.parse(bytes, at, to, point);
      if (!last && bytes[next - 1] != '\n') {
        return unfinished(bytes, at, to, lines);
      }
      if (next - at <= longestLine) {
        Measurement measurement = Measurement.of(point.measurement());
        if (parser.marked() || measurement == null || measurement == Measurement.RUN_CONFIG) {
          translation.apply(point);
        }
        lines.line(point);
        return next;
      }
      reason = tooLong();
    } catch (MalformedLineException e) {
      if (next == NONE) {
        next = endOfBadLine(bytes, at, to, last);
      }
      if (next == NONE) {
        return unfinished(bytes, at, to, lines);
      }
      reason = next - at > longestLine ? tooLong() : e.reason();
    }
    lines.bad(numberAt(bytes, at), reason);
    return next;
  }

  private int endOfBadLine(byte[] bytes, int at, int to, boolean last) {
    lineEnd.begin();
    int end = lineEnd.find(bytes, at, to);
    if (end != NONE || !last) {
      return end;
    }
    return lineEnd.inText() && to - at <= longestLine ? afterLine(bytes, lineEnd.opened(), to) : to;
  }

  /** Waits for the rest of a line, unless it is too long already. */
  private int unfinished(byte[] bytes, int at, int to, Lines lines) {
    if (to - at <= longestLine) {
      return NONE;
    }
    lines.bad(numberAt(bytes, at), tooLong());
    inLongLine = true;
    lineEnd.begin();
    return longLine(bytes, at, to);
  }

  private int longLine(byte[] bytes, int at, int to) {
    int end = lineEnd.find(bytes, at, to);
    inLongLine = end == NONE;
    return inLongLine ? to : end;
  }

  private String tooLong() {
    return "the line is longer than %s bytes; is a quote missing at the end of a text?"
        .formatted(longestLine);
  }

  private int skipMark(byte[] bytes, int from, int to, boolean last) {
    if (begun || (to - from < 3 && !last)) {
      return from;
    }
    begun = true;
    boolean mark =
        to - from >= 3
            && bytes[from] == (byte) 0xef
            && bytes[from + 1] == (byte) 0xbb
            && bytes[from + 2] == (byte) 0xbf;
    return mark ? from + 3 : from;
  }

  /** Where the next line begins that is neither blank nor a comment. */
  private int lineStart(byte[] bytes, int from, int to) {
    int at = from;
    if (!begun || inLongLine) {
      return at;
    }
    while (at < to) {
      byte b = bytes[at];
      if (inComment || b == '#') {
        at = afterLine(bytes, at, to);
        inComment = bytes[at - 1] != '\n';
      } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        at++;
      } else {
        return at;
      }
    }
    return at;
  }

  private static int afterLine(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, to);
  }

  private long numberAt(byte[] bytes, int at) {
    for (; counted < at; counted++) {
      number += bytes[counted] == '\n' ? 1 : 0;
    }
    return number;
  }
}
