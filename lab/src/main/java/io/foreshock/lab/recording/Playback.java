// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.online.Understanding;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads recorded files one after the other, and prints progress and bad lines. */
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
  private final NameTable names;
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
   * @param names translates the names in the files
   */
  public Playback(PrintWriter err, NameTable names, RunLines receiver) {
    this.err = err;
    this.names = names;
    this.receiver = receiver;
  }

  /**
   * Reads the files. Returns whether all could be read to their end, something of each file that
   * has good lines was understood, and some line was good.
   */
  public boolean play(List<Path> files) {
    boolean complete = true;
    for (Path file : files) {
      complete &= play(file);
    }
    return complete && (badLines == 0 || lines > 0);
  }

  /** A line that says how much was read. */
  public String summary(int runs) {
    return "replay: %s lines of %s runs, %s bad, %s lines/s"
        .formatted(lines, runs, badLines, rate(System.nanoTime()));
  }

  private boolean play(Path file) {
    Recording recording = new Recording(file, names);
    strangeFields.clear();
    strangeLines = 0;
    understood = false;
    try {
      recording.read(this::line, err::println);
      return understood || strangeLines == 0 || reportStrange(file);
    } catch (IOException e) {
      err.println(file + ": " + e.getMessage() + "; the lines before that were used");
      return false;
    } finally {
      badLines += recording.badLines();
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
  private boolean reportStrange(Path file) {
    err.println(
        file
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
