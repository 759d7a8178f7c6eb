// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import io.foreshock.lab.recording.format.Records;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.Arrays;

/**
 * Collects the values that a TensorBoard file has one by one into one point per step.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>A point is passed on as soon as its step has every tag that the step before had. Otherwise
 *       it is passed on when another step begins or the log ends.
 *   <li>Values that come later for the same step make another point of that step. A tag that comes
 *       again for the same step begins another point, too.
 *   <li>A tag that goes back in its own steps shows that the program was started again.
 *   <li>Other values behind the step count something else, such as epochs, or are late. They make a
 *       point of their own. It names its step only if all its values are of evaluations; otherwise
 *       it belongs to the step before it in the log.
 * </ul>
 *
 * <p>Only the bytes of the log decide, never the time at which they are read.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> A few comparisons a value.
 */
final class StepPoints {
  private final Point point = new Point();
  private Tag[] tags = new Tag[64];
  private double[] values = new double[64];
  private int count;
  private long pointNumber;
  private long pointStep;
  private double pointSeconds;

  private int launch;
  private boolean stepBegun;
  private long step;
  private long serial;
  private int namesBefore;
  private int names;
  private int namesOfBefore;
  private boolean passedOn;

  /** Adds a value of a tag at a step. */
  void add(
      Tag tag, double value, long at, double wallSeconds, long number, LineReader.Lines records) {
    if (tag.launch == launch && at < tag.lastStep) {
      launch(number, records);
    }
    tag.launch = launch;
    tag.lastStep = at;
    if (!stepBegun || at > step) {
      beginStep(at, number, records);
    }
    if (count > 0 && (at != pointStep || tag.lastPoint == pointNumber)) {
      passOn(number, records);
    }
    put(tag, value, at, wallSeconds);
    if (at == step && completes(tag)) {
      passOn(number, records);
      passedOn = true;
    }
  }

  /** The program was started again: steps may go back. */
  void launch(long number, LineReader.Lines records) {
    passOn(number, records);
    launch++;
    stepBegun = false;
  }

  /** Passes on what was collected. */
  void passOn(long number, LineReader.Lines records) {
    if (count == 0) {
      return;
    }
    point.begin(Measurement.TRAIN_STEP.wireName());
    if (pointStep == step || isEvaluation()) {
      point.addInteger(Telemetry.STEP, pointStep);
    }
    for (int i = 0; i < count; i++) {
      point.addFloat(tags[i].name, values[i]);
    }
    Records.setTime(point, pointSeconds);
    count = 0;
    Records.pass(point, number, records);
  }

  private void beginStep(long at, long number, LineReader.Lines records) {
    passOn(number, records);
    stepBegun = true;
    step = at;
    serial++;
    namesBefore = names;
    names = 0;
    namesOfBefore = 0;
    passedOn = false;
  }

  private void put(Tag tag, double value, long at, double wallSeconds) {
    if (count == 0) {
      pointNumber++;
      pointStep = at;
      pointSeconds = wallSeconds;
    }
    if (count == tags.length) {
      tags = Arrays.copyOf(tags, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    tags[count] = tag;
    values[count++] = value;
    tag.lastPoint = pointNumber;
  }

  /** Whether a tag completes the step at hand for the first time. */
  private boolean completes(Tag tag) {
    if (tag.lastSerial != serial) {
      namesOfBefore += tag.lastSerial == serial - 1 ? 1 : 0;
      names++;
      tag.lastSerial = serial;
    }
    return !passedOn && namesBefore > 0 && namesOfBefore == namesBefore;
  }

  private boolean isEvaluation() {
    for (int i = 0; i < count; i++) {
      if (!tags[i].evaluation) {
        return false;
      }
    }
    return true;
  }
}
