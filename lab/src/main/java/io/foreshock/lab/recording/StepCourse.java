// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;

/**
 * How the steps of a run go on in its log.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>A record without a step has the next number; the first has 1. A log whose first record
 *       names a step is expected to name them all: a later record without one belongs to the step
 *       before it.
 *   <li>A step that goes back while the epoch goes forward counts within its epoch: the last step
 *       of the epoch before is added.
 *   <li>A step that goes back where the record is of another rank is a late one.
 *   <li>Any other step of training that goes back is a restart. It begins a new run if everything
 *       is as it was in the first record: the step is not after the first, the epoch is not after
 *       the first, and the learning rate is the first within {@value #SAME_RATE}. Otherwise it
 *       begins a new segment.
 *   <li>Of a run with a restart every line names its segment.
 *   <li>A record of an evaluation never restarts anything.
 * </ul>
 *
 * <p><b>Threads.</b> Not safe.
 */
final class StepCourse {
  /** A learning rate that is as far from the first one is the same one again. */
  private static final double SAME_RATE = 0.01;

  private static final String EPOCH = "epoch";
  private static final String RANK = "rank";

  private long records;
  private boolean stepsNamed;
  private long first = -1;
  private long last = -1;
  private long before;
  private double firstEpoch = Double.NaN;
  private double lastEpoch = Double.NaN;
  private double firstRate = Double.NaN;
  private double lastRank = Double.NaN;
  private int segment;
  private int runs = 1;
  private boolean beganRun;

  /** What the run's name ends in: nothing for the first run of the log, then -2 and so on. */
  String suffix() {
    return runs == 1 ? "" : "-" + runs;
  }

  /** Whether the last record began another run. */
  boolean suffixIsNew() {
    return beganRun;
  }

  /** Gives a record its step and segment. */
  void place(Point point) {
    beganRun = false;
    boolean training = point.measurement().equals(Measurement.TRAIN_STEP.wireName());
    int field = point.field(Telemetry.STEP);
    double named = field < 0 ? Double.NaN : point.number(field);
    if (training) {
      stepsNamed |= named >= 0;
      records++;
    }
    if (!(named >= 0)) {
      setStep(point, field, stepsNamed ? Math.max(last, 0) : records);
      return;
    }
    double epoch = number(point, EPOCH);
    double rate = number(point, Signal.LEARNING_RATE.wireName());
    long step = (long) named + before;
    double rank = number(point, RANK);
    boolean late = training && step < last && rank != lastRank && !Double.isNaN(lastRank);
    if (training && step < last && !late) {
      step = goesBack((long) named, epoch, rate);
    }
    if (training && !late) {
      note(step, epoch, rate);
      lastRank = rank;
    }
    if (before > 0) {
      setStep(point, field, step);
    }
    if (segment > 0 || late) {
      point.setTag("segment", Integer.toString(segment));
    }
  }

  private long goesBack(long named, double epoch, double rate) {
    if (epoch > lastEpoch) {
      before = last;
      return named + before;
    }
    before = 0;
    if (named <= first && !(epoch > firstEpoch) && isFirst(rate)) {
      runs++;
      beganRun = true;
      segment = 0;
      first = -1;
      firstEpoch = Double.NaN;
      firstRate = Double.NaN;
    } else {
      segment++;
    }
    return named;
  }

  private boolean isFirst(double rate) {
    return Double.isNaN(rate)
        || Double.isNaN(firstRate)
        || Math.abs(rate - firstRate) <= SAME_RATE * Math.abs(firstRate);
  }

  private void note(long step, double epoch, double rate) {
    last = step;
    first = first < 0 ? step : first;
    firstEpoch = Double.isNaN(firstEpoch) ? epoch : firstEpoch;
    firstRate = Double.isNaN(firstRate) ? rate : firstRate;
    lastEpoch = Double.isNaN(epoch) ? lastEpoch : epoch;
  }

  private static double number(Point point, String key) {
    int field = point.field(key);
    return field < 0 ? Double.NaN : point.number(field);
  }

  private static void setStep(Point point, int field, long step) {
    if (field < 0) {
      point.addInteger(Telemetry.STEP, step);
    } else {
      point.setNumber(field, step, true);
    }
  }
}
