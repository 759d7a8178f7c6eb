// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import com.github.luben.zstd.ZstdIOException;
import io.foreshock.lab.recording.format.LineProtocolLog;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Streams the records of one file through the reader of its format.
 *
 * <p><b>Cost.</b> One buffer of {@value #BUFFER} bytes, whatever the file's size. It grows only for
 * a record that is longer.
 */
public final class Recording {
  private static final int BUFFER = 1 << 18;

  private final LogFile file;
  private final LogReader reader;
  private byte[] buffer;
  private int end;

  /** A recording in line protocol. The file is not opened yet. */
  public Recording(Path file) {
    this(file, new LineProtocolLog().reader(ReadingOptions.shipped()));
  }

  /** A recording that a reader understands. The file is not opened yet. */
  public Recording(Path file, LogReader reader) {
    this(file, reader, BUFFER);
  }

  Recording(Path file, LogReader reader, int firstBuffer) {
    this.file = new LogFile(file);
    this.reader = reader;
    this.buffer = new byte[firstBuffer];
  }

  /**
   * Passes every line, good or bad, to the receiver, in order.
   *
   * @throws IOException when the file cannot be read to its end; the lines before that point were
   *     passed on
   */
  public void read(LineReader.Lines lines) throws IOException {
    try (InputStream in = file.open()) {
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
    } catch (EOFException | ZipException | ZstdIOException e) {
      passOn(false, lines);
      throw new IOException(
          "packed data is cut off or damaged in line %s (%s)"
              .formatted(reader.number(), e.getMessage()),
          e);
    }
  }

  private void passOn(boolean ended, LineReader.Lines lines) {
    int start = reader.read(buffer, 0, end, ended, lines);
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
  }
}
