// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import java.time.Duration;

/**
 * What one statement may use.
 *
 * @param rows most rows in an answer; further ones are left out, and the answer says so
 * @param answerBytes longest answer; further rows are left out likewise
 * @param time time to run, after which it is stopped
 * @param memoryMegabytes DuckDB's memory for it
 * @param diskMegabytes disk for what does not fit into memory
 */
public record SqlLimits(
    int rows, int answerBytes, Duration time, int memoryMegabytes, int diskMegabytes) {
  /** The limits of the API. */
  public static final SqlLimits OF_API =
      new SqlLimits(10_000, 16 << 20, Duration.ofSeconds(15), 512, 1024);

  /** These limits, with another number of rows. */
  public SqlLimits withRows(int newRows) {
    return new SqlLimits(newRows, answerBytes, time, memoryMegabytes, diskMegabytes);
  }
}
