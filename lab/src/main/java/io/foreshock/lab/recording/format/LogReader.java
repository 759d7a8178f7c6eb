// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.LineReader;

/**
 * Reads the records of one log, whose bytes arrive piece by piece.
 *
 * <p><b>Records.</b> Each is passed on as a point of the measurement {@code train_step} with the
 * log's own names as fields: numbers as numbers, texts as texts, NaN and infinities included. What
 * is no number or text is left out. A configuration is a point of {@code run_config}, the end of
 * the run one of {@code event}. A record that the log says to be of a certain run has the tag
 * {@code run}. The point has a time, in nanoseconds since the epoch, if the log tells it. The same
 * point is refilled record after record.
 *
 * <p>The same bytes give the same records, however they are cut into pieces.
 *
 * <p><b>Errors.</b> A record that cannot be read is reported as bad, and the next one is read.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One pass over the bytes, and memory for one record.
 */
public interface LogReader {
  /**
   * Reads the next piece of the log. A record that is not complete is left for the next call.
   *
   * @param ended whether the log ends at {@code to}
   * @return position of the bytes with which the next piece must begin; {@code from} when not even
   *     one record is complete
   */
  int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records);

  /** Number of the line, or of the record of a binary log, that the next call begins with. */
  long number();
}
