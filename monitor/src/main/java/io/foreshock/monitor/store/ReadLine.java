// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.List;

/**
 * One line, read for detectors and stores. What comes live and what a store reads back from the
 * journal after an outage are read, placed in a segment and stored by this class, so that both give
 * the same rows.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One object serves all lines of a thread, one after the
 * other.
 */
public final class ReadLine {
  private final Sample sample = Sample.ofStep(0, 0);
  private Point point = new Point();
  private boolean isSample;
  private int otherFields;

  /**
   * Reads a line whose time is in nanoseconds. It must stay as it is until the next one is read.
   *
   * @throws MalformedLineException when the line breaks the contract
   */
  public void read(Point next) throws MalformedLineException {
    Measurement measurement = Measurement.ofSamples(next.measurement());
    point = next;
    isSample = measurement != null;
    otherFields =
        measurement == null ? next.fieldCount() : Telemetry.fill(sample, measurement, next);
  }

  /** Whether it is a line of a step or a layer, which {@link #sample} holds. */
  public boolean isSample() {
    return isSample;
  }

  /** The signals of the line; of an earlier one when it {@linkplain #isSample is none}. */
  public Sample sample() {
    return sample;
  }

  /** How many of its fields {@link #sample} does not hold. */
  public int otherFields() {
    return otherFields;
  }

  /**
   * Index of the segment that the line belongs to: the one it declares, or the one that was live at
   * its time.
   *
   * @param segments of its run, oldest first
   */
  public int segment(List<Segment> segments) {
    boolean declared = isSample && sample.segment() != Sample.NO_SEGMENT;
    return declared ? sample.segment() : Segment.liveAt(segments, point.timestamp());
  }

  /** Adds its rows to a batch. */
  void addTo(StoreBatch batch, String run, int segment, long runStep, boolean fresh) {
    if (isSample) {
      batch.add(sample, point, run, segment, fresh);
    }
    if (otherFields > 0) {
      batch.addOtherFields(point, run, segment, runStep);
    }
  }
}
