// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.online.Understanding;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads logs one after the other, and prints progress and bad lines. */
public final class Playback {
  private static final long PROGRESS_EVERY_NANOS = 5_000_000_000L;
  private static final int LOOK_AT_CLOCK_EVERY = 1 << 14;

  /** How many fields of a file that was not understood are named. */
  private static final int MOST_FIELDS = 24;

  /** Receives the lines of all files in order. */
  public interface RunLines {
    /** Receives one well-formed line of a run; it throws if the line breaks the contract. */
    void line(String run, Point point) throws MalformedLineException;
  }

  private final PrintWriter err;
  private final ReadingOptions options;
  private final RunLines receiver;
  private final Set<String> strangeFields = new LinkedHashSet<>();
  private final long started = System.nanoTime();
  private long lines;
  private long badLines;
  private long nextProgress = started + PROGRESS_EVERY_NANOS;
  private long strangeLines;
  private boolean understood;

  /**
   * A playback that has read nothing yet.
   *
   * @param err receives progress and problems
   * @param options how to read the logs
   */
  public Playback(PrintWriter err, ReadingOptions options, RunLines receiver) {
    this.err = err;
    this.options = options;
    this.receiver = receiver;
  }

  /**
   * Reads the logs. Returns whether all could be read to their end, something of each log that has
   * good lines was understood, and some line was good.
   */
  public boolean play(List<Log> logs) {
    boolean complete = true;
    for (Log log : logs) {
      complete &= play(log);
    }
    return complete && (badLines == 0 || lines > 0);
  }

  /** A line that says how much was read. */
  public String summary(int runs) {
    return "replay: %s lines of %s runs, %s bad, %s lines/s"
        .formatted(lines, runs, badLines, rate(System.nanoTime()));
  }

  private boolean play(Log log) {
    strangeFields.clear();
    strangeLines = 0;
    understood = false;
    try {
      badLines += log.read(options, this::line, err::println);
      return understood || strangeLines == 0 || reportStrange(log);
    } catch (IOException e) {
      err.println(e.getMessage() + "; the lines before that were used");
      return false;
    }
  }

  private void line(Point point) throws MalformedLineException {
    receiver.line(Telemetry.run(point), point);
    if (!understood) {
      understood = Understanding.understands(point);
      noteStrange(point);
    }
    if (++lines % LOOK_AT_CLOCK_EVERY == 0) {
      progress();
    }
  }

  private void noteStrange(Point point) {
    strangeLines++;
    for (int i = 0; i < point.fieldCount() && strangeFields.size() < MOST_FIELDS; i++) {
      strangeFields.add(point.fieldKey(i));
    }
  }

  /** Returns false, because reading such a file is no success. */
  private boolean reportStrange(Log log) {
    err.println(
        log.files().get(0)
            + ": no line was understood; "
            + strangeLines
            + " lines with the fields "
            + String.join(", ", strangeFields)
            + ". Rename the fields, or map them: --map FROM=TO, such as --map my/loss=loss. Each"
            + " line needs a step.");
    return false;
  }

  private void progress() {
    long now = System.nanoTime();
    if (now >= nextProgress) {
      nextProgress = now + PROGRESS_EVERY_NANOS;
      err.println("replay: " + lines + " lines, " + rate(now) + " lines/s");
      err.flush();
    }
  }

  private long rate(long now) {
    return Math.round(lines / Math.max(1e-3, (now - started) * 1e-9));
  }
}
