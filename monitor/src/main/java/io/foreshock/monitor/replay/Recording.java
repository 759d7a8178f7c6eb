// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.replay;

import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Streams the lines of one recorded file, plain or gzip (told by its first bytes, not its name).
 *
 * <p><b>Edges.</b> Empty lines and {@code #} comments are skipped. A bad line is reported and the
 * rest goes on. A line longer than {@value #LONGEST_LINE} bytes may be taken for several bad ones.
 * <b>Cost.</b> One buffer of {@value #BUFFER} bytes, whatever the file's size.
 */
public final class Recording {
  private static final int BUFFER = 1 << 22;
  private static final int LONGEST_LINE = 1 << 20;

  /** Receives what the file holds. */
  public interface Lines {
    /** One good line; it may still find the line bad. */
    void line(Point point) throws MalformedLineException;

    /** One bad line, with what is wrong. */
    void bad(long lineNumber, String message);
  }

  private final Path file;
  private final byte[] buffer = new byte[BUFFER];
  private final LineParser parser = new LineParser();
  private final Point point = new Point();
  private int start;
  private int end;
  private boolean ended;
  private long lineNumber;

  /** The recording in a file, not opened yet. */
  public Recording(Path file) {
    this.file = file;
  }

  /**
   * Hands every line to {@code lines}, in order.
   *
   * @throws IOException when the file cannot be read to its end; the lines before were handed on
   */
  public void read(Lines lines) throws IOException {
    try (InputStream in = open()) {
      do {
        refill(in);
        int safe = ended ? end : end - LONGEST_LINE;
        while (start < safe) {
          next(lines);
        }
      } while (!ended);
    }
  }

  /** Number of the line last handed on, from 1. */
  long lineNumber() {
    return lineNumber;
  }

  private InputStream open() throws IOException {
    PushbackInputStream in = new PushbackInputStream(Files.newInputStream(file), 2);
    byte[] magic = in.readNBytes(2);
    in.unread(magic);
    boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private void refill(InputStream in) throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    try {
      int read = in.readNBytes(buffer, end, buffer.length - end);
      end += read;
      ended = end < buffer.length;
    } catch (EOFException | ZipException e) {
      throw new IOException(
          "gzip data is cut off or damaged after line " + lineNumber + " (" + e.getMessage() + ")",
          e);
    }
  }

  private void next(Lines lines) {
    lineNumber++;
    byte first = buffer[start];
    if (first == '\n' || first == '#' || first == '\r') {
      start = afterLine(start);
      return;
    }
    int from = start;
    try {
      start = parser.parse(buffer, from, end, point);
      lines.line(point);
      lineNumber += hasText() ? breaksWithin(from, start - 1) : 0;
    } catch (MalformedLineException e) {
      if (start == from) {
        start = afterLine(from);
      }
      lines.bad(lineNumber, e.getMessage());
      lineNumber += breaksWithin(from, start - 1);
    }
  }

  private boolean hasText() {
    for (int i = 0; i < point.fieldCount(); i++) {
      if (point.fieldType(i) == Point.FieldType.TEXT) {
        return true;
      }
    }
    return false;
  }

  /** Quoted text may contain line breaks; editors count them. */
  private int breaksWithin(int from, int to) {
    int breaks = 0;
    for (int i = from; i < to; i++) {
      breaks += buffer[i] == '\n' ? 1 : 0;
    }
    return breaks;
  }

  private int afterLine(int from) {
    int i = from;
    while (i < end && buffer[i] != '\n') {
      i++;
    }
    return Math.min(i + 1, end);
  }
}
