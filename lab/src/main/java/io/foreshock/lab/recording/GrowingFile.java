// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Translation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file with a log that a program is writing.
 *
 * <p><b>Definition.</b> A file was replaced if another file has its place, if its first bytes are
 * others, or if it has become shorter. What was not read yet of the file that had its place is read
 * first. If the new one begins with the steps and losses that were passed on, the program has only
 * written it anew, and what follows them is passed on. Otherwise all of it is.
 *
 * <p><b>Edges.</b> A packed file is read once. A file that does not exist at the moment is waited
 * for.
 */
final class GrowingFile {
  private static final int BUFFER = 1 << 18;
  private static final int FIRST_BYTES = 256;

  private final LogFormat format;
  private final ReadingOptions options;
  private Path path;
  private LogReader reader;
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private byte[] first = {};
  private byte[] buffer = new byte[BUFFER];
  private int held;
  private long position;
  private long seenSize = -1;
  private long seenMillis = -1;
  private RecordTrace trace = new RecordTrace();
  private long skip;
  private long gone;

  GrowingFile(Path path, LogFormat format, ReadingOptions options) {
    this.path = path;
    this.format = format;
    this.options = options;
    this.reader = format.reader(options, new LogFile(path).plainName());
  }

  Path path() {
    return path;
  }

  /** The program has written the whole log again, elsewhere. */
  void moveTo(Path other) {
    path = other;
  }

  /** How many records were passed on that the file no longer has. */
  long gone() {
    return gone;
  }

  /** Whether a record that {@link #read} passes on was not passed on before. */
  boolean isNew(Point record) {
    if (skip > 0) {
      skip--;
      return false;
    }
    trace.add(record);
    return true;
  }

  /**
   * Passes on what is new.
   *
   * @param ended whether a last line without an end is complete
   */
  void read(boolean ended, LineReader.Lines lines) throws IOException {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return; // renamed a moment ago, and its successor is not there yet
    }
    boolean changed = now.size() != seenSize || now.lastModifiedTime().toMillis() != seenMillis;
    if (changed) {
      readChanged(now, lines);
    }
    if (ended && channel != null) {
      readOn(true, lines);
    }
    seenSize = now.size();
    seenMillis = now.lastModifiedTime().toMillis();
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  private void readChanged(BasicFileAttributes now, LineReader.Lines lines) throws IOException {
    if (format.writtenWhole() || new LogFile(path).isPacked()) {
      readWhole(lines);
    } else if (channel == null) {
      open();
      readOn(false, lines);
    } else if (Objects.equals(key, now.fileKey())
        && now.size() >= position + held
        && beginsAsBefore()) {
      readOn(false, lines);
    } else {
      if (!Objects.equals(key, now.fileKey())) {
        readOn(true, lines); // the rest of the file that was renamed
      }
      startOver();
      open();
      readOn(false, lines);
    }
  }

  private void readWhole(LineReader.Lines lines) throws IOException {
    startOver();
    new Recording(path, reader).read(lines);
  }

  /** Goes to the beginning of a replaced file, behind the records that were passed on. */
  private void startOver() throws IOException {
    if (!repeats()) {
      gone += trace.records();
      trace = new RecordTrace();
    }
    skip = trace.records();
    close();
    position = 0;
    held = 0;
    first = new byte[0];
    reader = format.reader(options, new LogFile(path).plainName());
  }

  /** Whether the file begins with the records that were passed on. */
  private boolean repeats() throws IOException {
    if (trace.records() == 0) {
      return true;
    }
    RecordTrace now = new RecordTrace();
    Translation translation = new Translation(options.names());
    new Recording(path, format.reader(options, new LogFile(path).plainName()))
        .read(
            new LineReader.Lines() {
              @Override
              public void line(Point point) {
                if (now.records() < trace.records()) {
                  translation.apply(point);
                  now.add(point);
                }
              }

              @Override
              public void bad(long number, String reason) {
                // told when the records are passed on
              }
            });
    return now.isSameAs(trace);
  }

  private void open() throws IOException {
    channel = FileChannel.open(path);
    key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private void readOn(boolean ended, LineReader.Lines lines) throws IOException {
    int read;
    do {
      if (held == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * held); // one record fills the whole buffer
      }
      read = readInto(buffer, held);
      held += Math.max(read, 0);
      if (first.length < FIRST_BYTES && position == 0) {
        first = Arrays.copyOf(buffer, Math.min(held, FIRST_BYTES));
      }
      int next = reader.read(buffer, 0, held, ended && read <= 0, lines);
      System.arraycopy(buffer, next, buffer, 0, held - next);
      position += next;
      held -= next;
    } while (read > 0);
  }

  private int readInto(byte[] bytes, int from) throws IOException {
    return Objects.requireNonNull(channel)
        .read(ByteBuffer.wrap(bytes, from, bytes.length - from), position + from);
  }

  private boolean beginsAsBefore() throws IOException {
    try (FileChannel now = FileChannel.open(path)) {
      ByteBuffer begin = ByteBuffer.allocate(first.length);
      now.read(begin, 0);
      return Arrays.equals(first, begin.array());
    }
  }
}
