// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The runs in logs. A log may contain many runs. A run may span several logs given in order. */
public final class Recordings {
  private final Map<String, RecordedRun> runs = new LinkedHashMap<>();
  private final Consumer<String> problems;

  /**
   * No runs yet.
   *
   * @param problems receives one message for each of a log's first bad lines and one for the rest
   */
  public Recordings(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * Reads one log.
   *
   * @throws IOException when it cannot be read to its end; the lines before that point are kept
   */
  public void read(Log log, ReadingOptions options) throws IOException {
    log.read(
        options,
        point ->
            runs.computeIfAbsent(
                    Telemetry.run(point),
                    name -> new RecordedRun(name, RunWatch.DEFAULT_HORIZON_STEPS))
                .accept(point),
        problems);
  }

  /** The runs by name, in the order of their first lines. */
  public Map<String, RecordedRun> runs() {
    return runs;
  }
}
