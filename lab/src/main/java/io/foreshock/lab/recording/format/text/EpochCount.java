// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.Name.Kind;
import io.foreshock.lab.recording.format.text.TextRecord.Entry;

/**
 * Steps that are counted within each epoch, and lines that are of a whole epoch.
 *
 * <p><b>Definition.</b> Once a count with a total goes back while the epoch goes forward, it counts
 * within the epoch, and the total is the length of an epoch: {@code Epoch 3 Iteration 50/200} is
 * step 450 of a log that begins with epoch 1.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class EpochCount {
  private double firstEpoch = Double.NaN;
  private double lastEpoch = Double.NaN;
  private double lastCount = Double.NaN;
  private double lastTotal = Double.NaN;
  private boolean withinEpoch;
  private boolean hasSteps;

  /**
   * Whether a line of training is of no step: a mean of an epoch whose steps were told, or the
   * count of another loop, such as an evaluation that does not say so.
   */
  boolean isOfNoStep(TextRecord record) {
    if (!hasSteps || !record.has(Kind.SIGNAL)) {
      return false;
    }
    double total = total(record);
    boolean counted = record.step() != null || !Double.isNaN(record.count());
    return counted
        ? Double.isNaN(record.epoch()) && total != lastTotal && total > 0 && lastTotal > 0
        : !Double.isNaN(record.epoch());
  }

  /** Returns the step of a record of training that is counted so. */
  double place(TextRecord record, double count) {
    double epoch = record.epoch();
    double total = total(record);
    hasSteps |= !Double.isNaN(epoch) && record.has(Kind.SIGNAL);
    if (epoch != Math.rint(epoch) || Double.isNaN(epoch) || !(total >= count)) {
      return count;
    }
    withinEpoch |= epoch > lastEpoch && count <= lastCount;
    firstEpoch = epoch >= firstEpoch ? firstEpoch : epoch;
    lastEpoch = epoch;
    lastCount = count;
    lastTotal = total;
    return withinEpoch ? (epoch - firstEpoch) * total + count : count;
  }

  private static double total(TextRecord record) {
    Entry counted = record.step();
    return counted == null ? record.countTotal() : counted.total();
  }
}
