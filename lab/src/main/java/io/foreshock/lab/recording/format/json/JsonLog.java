// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.lab.recording.format.Sampling;
import io.foreshock.predictors.telemetry.NameTable;

/**
 * JSON objects, one for each record: a line each, several in a line, over several lines, or as one
 * array.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>What stands before an object in its line is left out, but a time there is the record's. A
 *       log that begins with such a line may have lines without an object, which are not read.
 *   <li>{@link JsonRecord} says how an object becomes a record.
 *   <li>Words that JSON does not have, such as {@code nan} and {@code None}, are read as meant.
 *   <li>Hugging Face's summary of a run is followed by the end of the run.
 * </ul>
 */
public final class JsonLog implements LogFormat {
  /** So many losses are no accident in a log that holds other lines, too. */
  private static final int ENOUGH_LOSSES = 3;

  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  public boolean recognizes(Head head) {
    JsonReader reader = new JsonReader(NameTable.shipped());
    Sampling sampling = Sampling.of(head, reader);
    if (reader.isMixed()) {
      return sampling.withLoss() >= ENOUGH_LOSSES
          || (sampling.withLoss() > 0 && sampling.records() > head.lines().size() / 2);
    }
    return sampling.ofTraining() > 0 && sampling.bad() <= sampling.records();
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return new JsonReader(options.names());
  }
}
