// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;

/**
 * How many records of a file were seen, and a hash of their steps and losses. A program that writes
 * its file anew, perhaps with another column, leaves both as they are.
 */
public final class RecordTrace {
  private long records;
  private long hash;

  /** Adds a record whose names are translated. */
  public void add(Point record) {
    records++;
    hash = 31 * hash + bits(record, Telemetry.STEP);
    hash = 31 * hash + bits(record, Signal.LOSS.wireName());
  }

  /** Forgets them. */
  public void clear() {
    records = 0;
    hash = 0;
  }

  /** How many records were seen. */
  public long records() {
    return records;
  }

  /** Hash of their steps and losses. */
  public long hash() {
    return hash;
  }

  boolean isSameAs(RecordTrace other) {
    return records == other.records && hash == other.hash;
  }

  private static long bits(Point record, String key) {
    int field = record.field(key);
    return field < 0 ? 0 : Double.doubleToLongBits(record.number(field));
  }
}
