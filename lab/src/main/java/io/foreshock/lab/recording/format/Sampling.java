// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;

/**
 * What a reader finds at the beginning of a log, by which it is judged whether it understands it.
 */
public final class Sampling implements LineReader.Lines {
  private final NameTable names = NameTable.shipped();
  private int records;
  private int ofTraining;
  private int withLoss;
  private int bad;

  private Sampling() {}

  /** Reads the beginning of a log. */
  public static Sampling of(Head head, LogReader reader) {
    Sampling sampling = new Sampling();
    byte[] bytes = head.bytes();
    reader.read(bytes, 0, bytes.length, bytes.length < Head.MOST_BYTES, sampling);
    return sampling;
  }

  @Override
  public void line(Point point) {
    if (!point.measurement().equals(Measurement.TRAIN_STEP.wireName())) {
      return;
    }
    records++;
    boolean training = false;
    boolean loss = false;
    for (int i = 0; i < point.fieldCount(); i++) {
      String name = point.fieldKey(i);
      training |= LogRecord.isOfTraining(name, names);
      loss |= "loss".equals(names.translated(name));
    }
    ofTraining += training ? 1 : 0;
    withLoss += loss ? 1 : 0;
  }

  @Override
  public void bad(long number, String reason) {
    bad++;
  }

  /** How many records there are. */
  public int records() {
    return records;
  }

  /** How many of them have a name that shows training or an evaluation. */
  public int ofTraining() {
    return ofTraining;
  }

  /** How many of them have a loss. */
  public int withLoss() {
    return withLoss;
  }

  /** How many records are bad. */
  public int bad() {
    return bad;
  }
}
