// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.monitor.replay.Recording;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The runs within recorded files. A file may hold many runs, a run may span several files given in
 * order.
 */
public final class Recordings {
  /** How far ahead the outlook looks: the monitor's default. */
  private static final int HORIZON_STEPS = 200;

  /** Bad lines told of each file; the rest is counted. */
  private static final int QUOTED = 10;

  private final Map<String, RecordedRun> runs = new LinkedHashMap<>();
  private final Consumer<String> problems;

  /**
   * No runs yet.
   *
   * @param problems takes a sentence about each bad line
   */
  public Recordings(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * Reads one file.
   *
   * @throws IOException when it cannot be read to its end; the lines before are kept
   */
  public void read(Path file) throws IOException {
    long[] bad = {0};
    new Recording(file)
        .read(
            new Recording.Lines() {
              @Override
              public void line(Point point) throws MalformedLineException {
                runs.computeIfAbsent(
                        Telemetry.run(point), name -> new RecordedRun(name, HORIZON_STEPS))
                    .accept(point);
              }

              @Override
              public void bad(long lineNumber, String message) {
                if (++bad[0] <= QUOTED) {
                  problems.accept(file + ":" + lineNumber + ": " + message);
                }
              }
            });
    if (bad[0] > QUOTED) {
      problems.accept(file + ": " + (bad[0] - QUOTED) + " more bad lines");
    }
  }

  /** The runs by name, in the order in which they were first seen. */
  public Map<String, RecordedRun> runs() {
    return runs;
  }
}
