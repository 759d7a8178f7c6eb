// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;

/**
 * The console output of a training program, whatever the program.
 *
 * <p><b>Definition.</b> A line is a record if it names a place in the run, such as a step or an
 * epoch, or is a Python dict, and if it has a number whose name the name table knows as a signal or
 * that belongs to an evaluation. All other lines are ordinary output: neither records nor errors.
 * {@link Programs} lists the programs whose lines need more than that.
 */
public final class TextLog implements LogFormat {
  @Override
  public String name() {
    return "text";
  }

  @Override
  public boolean recognizes(Head head) {
    Recognition recognition = new Recognition();
    byte[] bytes = head.bytes();
    boolean whole = bytes.length < Head.MOST_BYTES;
    reader(ReadingOptions.shipped()).read(bytes, 0, bytes.length, whole, recognition);
    return recognition.records > 0;
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return new TextReader(options);
  }

  /** Counts the records of a head. */
  private static final class Recognition implements LineReader.Lines {
    private int records;

    @Override
    public void line(Point point) {
      String measurement = point.measurement();
      records += measurement.equals(Measurement.TRAIN_STEP.wireName()) ? 1 : 0;
    }

    @Override
    public void bad(long number, String reason) {
      // a line that is no record says nothing about the format
    }
  }
}
