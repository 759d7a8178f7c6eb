// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;

/** What every reader does with a record that it has filled. */
public final class Records {
  /** What fits into nanoseconds. */
  private static final double LATEST_SECONDS = Long.MAX_VALUE / 1e9;

  private Records() {}

  /** Gives a record a time in seconds since the epoch, which floating point has to about 1 µs. */
  public static void setTime(Point record, double seconds) {
    if (seconds > 0 && seconds < LATEST_SECONDS) {
      record.setTimestamp(Math.round(seconds * 1e6) * 1000);
    }
  }

  /**
   * Passes a record on; one that breaks the contract is reported.
   *
   * @param number of the record, for that report
   */
  public static void pass(Point record, long number, LineReader.Lines records) {
    try {
      records.line(record);
    } catch (MalformedLineException e) {
      records.bad(number, e.reason());
    }
  }
}
