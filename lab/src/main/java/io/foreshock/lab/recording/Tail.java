// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a log while it grows: each call passes on what was written since the call before.
 *
 * <p><b>Edges.</b> How a file is followed that is cut, replaced or renamed, {@link GrowingFile}
 * says. A line without its end is waited for until {@link #end}.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> Two looks at each file a call, and one pass over what
 * is new.
 */
public final class Tail {
  private final Log log;
  private final ReadingOptions options;
  private final LineReader.Lines lines;
  private final Map<Path, GrowingFile> files = new LinkedHashMap<>();
  private final GrowingInput input;
  private GrowingFile current;
  private long passed;

  /** The beginning of a log. */
  public Tail(Log log, ReadingOptions options, LineReader.Lines receiver) {
    this.log = log;
    this.options = options;
    LineReader.Lines counted = new Counted(receiver);
    this.lines = log.lines(options, this::isNew, null, counted);
    this.input = new GrowingInput(log.format().reader(options, LogFile.STANDARD_INPUT.toString()));
    this.current = file(log.files().get(0));
    update(log.files());
  }

  /** Takes note of the files that the log has now. */
  public void update(List<Path> now) {
    if (log.format().writtenWhole()) {
      current.moveTo(now.get(now.size() - 1));
    } else {
      now.forEach(this::file);
    }
  }

  /** How many lines were passed on. */
  public long passed() {
    return passed;
  }

  /** How many records were passed on from bytes that no longer exist. */
  public long gone() {
    return files.values().stream().mapToLong(GrowingFile::gone).sum();
  }

  /** Whether the log came on standard input, and that has ended. */
  public boolean inputHasEnded() {
    return input.isAtEnd();
  }

  /**
   * Passes on what is new.
   *
   * @throws IOException when a file cannot be read; the next call tries again
   */
  public void read() throws IOException {
    read(false);
  }

  /** Passes on what is new, and the last line even without its end. */
  public void end() throws IOException {
    read(true);
    for (GrowingFile file : files.values()) {
      file.close();
    }
  }

  private void read(boolean ended) throws IOException {
    for (GrowingFile file : files.values()) {
      current = file;
      if (file.path().equals(LogFile.STANDARD_INPUT)) {
        input.read(ended, lines);
      } else {
        file.read(ended, lines);
      }
    }
  }

  private GrowingFile file(Path path) {
    return files.computeIfAbsent(path, p -> new GrowingFile(p, log.format(), options));
  }

  private boolean isNew(Point record) {
    return current.isNew(record);
  }

  private final class Counted implements LineReader.Lines {
    private final LineReader.Lines receiver;

    Counted(LineReader.Lines receiver) {
      this.receiver = receiver;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      passed++;
      receiver.line(point);
    }

    @Override
    public void bad(long number, String reason) {
      receiver.bad(number, reason);
    }
  }
}
