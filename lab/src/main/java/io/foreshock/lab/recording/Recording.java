// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Streams the lines of one recorded file through {@link LineReader}. The file is plain or gzip,
 * which its first bytes decide, not its name.
 *
 * <p><b>Cost.</b> One buffer of {@value #BUFFER} bytes, whatever the file's size. It grows only for
 * a line that is longer.
 */
public final class Recording {
  private static final int BUFFER = 1 << 18;

  /** How many bad lines of a file are quoted; the others are counted. */
  private static final int QUOTED = 10;

  /** Receives the good lines. */
  public interface GoodLines {
    /** Receives one well-formed line; it throws if the line breaks the contract. */
    void line(Point point) throws MalformedLineException;
  }

  private final Path file;
  private final LineReader reader;
  private byte[] buffer;
  private int end;
  private long badLines;

  /** The recording in a file, which is not opened yet. */
  public Recording(Path file) {
    this(file, NameTable.shipped());
  }

  /** A recording whose names are translated by a table of the user's. */
  public Recording(Path file, NameTable names) {
    this(file, names, BUFFER);
  }

  Recording(Path file, NameTable names, int firstBuffer) {
    this.file = file;
    this.reader = new LineReader(names);
    this.buffer = new byte[firstBuffer];
  }

  /**
   * Passes every good line to the receiver, in order.
   *
   * @param problems receives one message for each of the first bad lines and one for the rest; each
   *     begins with the file's name
   * @throws IOException when the file cannot be read to its end; the lines before that point were
   *     passed on
   */
  public void read(GoodLines receiver, Consumer<String> problems) throws IOException {
    Quoting lines = new Quoting(receiver, problems);
    try {
      read(lines);
    } finally {
      if (badLines > QUOTED) {
        problems.accept(file + ": " + (badLines - QUOTED) + " more bad lines");
      }
    }
  }

  /** How many lines {@link #read(GoodLines, Consumer)} found bad. */
  long badLines() {
    return badLines;
  }

  /**
   * Passes every line, good or bad, to the receiver, in order.
   *
   * @throws IOException when the file cannot be read to its end; the lines before that point were
   *     passed on
   */
  public void read(LineReader.Lines lines) throws IOException {
    try (InputStream in = open()) {
      boolean ended = false;
      while (!ended) {
        if (end == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * end); // one line fills the whole buffer
        }
        ended = refill(in, lines);
        passOn(ended, lines);
      }
    }
  }

  private InputStream open() throws IOException {
    PushbackInputStream in = new PushbackInputStream(Files.newInputStream(file), 2);
    byte[] magic = in.readNBytes(2);
    in.unread(magic);
    boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** Fills the buffer; returns whether the file ended. */
  private boolean refill(InputStream in, LineReader.Lines lines) throws IOException {
    try {
      while (end < buffer.length) {
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
          return true;
        }
        end += read;
      }
      return false;
    } catch (EOFException | ZipException e) {
      passOn(false, lines);
      throw new IOException(
          "gzip data is cut off or damaged in line %s (%s)"
              .formatted(reader.lineNumber(), e.getMessage()),
          e);
    }
  }

  private void passOn(boolean ended, LineReader.Lines lines) {
    int start = reader.read(buffer, 0, end, ended, lines);
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
  }

  /** Quotes the first bad lines and counts the others. */
  private final class Quoting implements LineReader.Lines {
    private final GoodLines receiver;
    private final Consumer<String> problems;

    Quoting(GoodLines receiver, Consumer<String> problems) {
      this.receiver = receiver;
      this.problems = problems;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      receiver.line(point);
    }

    @Override
    public void bad(long number, String reason) {
      if (++badLines <= QUOTED) {
        problems.accept(file + ":" + number + ": " + reason);
      }
    }
  }
}
