// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.Name.Kind;
import io.foreshock.lab.recording.format.text.TextRecord.Entry;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the lines before say about the next one.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class LogSoFar {
  private final Map<String, Object> configuration = new LinkedHashMap<>();
  private final Map<String, Object> unsent = new LinkedHashMap<>();
  private long step = -1;
  private long skippedTo = -1;
  private double learningRate = Double.NaN;
  private double epochHeading = Double.NaN;
  private boolean headingPlaces;
  private boolean ended;
  private long lossesSinceEvaluation;
  private long evaluations;
  private boolean inner;
  private double skippedInAll;
  private double skippedUntold;
  private double rateUntold = Double.NaN;
  private double firstCount = Double.NaN;
  private double firstTotal = Double.NaN;
  private boolean totalCounts;
  private boolean launched;
  private boolean zeroEpoch;
  private final EpochCount epochs = new EpochCount();

  /** The last step of training; -1 before the first. */
  long step() {
    return step;
  }

  /** The last learning rate; NaN before the first. */
  double learningRate() {
    return learningRate;
  }

  /** Notes a field of the configuration, which is passed on if it is new. */
  void configure(String field, Object value) {
    if (!value.equals(configuration.put(field, value))) {
      unsent.put(field, value);
    }
  }

  /** The fields of the configuration that were not passed on yet. */
  Map<String, Object> unsent() {
    return unsent;
  }

  /** Notes that the program says that the run is finished. */
  void end() {
    ended = true;
  }

  /** Whether the run has ended; says so once. */
  boolean takeEnd() {
    boolean end = ended;
    ended = false;
    return end;
  }

  /** Whether a line that may be of an evaluation is one: training goes on between evaluations. */
  boolean isBetweenEvaluations() {
    boolean between = evaluations == 0 || lossesSinceEvaluation > 0;
    evaluations++;
    lossesSinceEvaluation = 0;
    return between;
  }

  /** Whether a program that sums up epochs tells the steps within them too. */
  boolean hasInnerSteps() {
    return inner;
  }

  void setInnerSteps() {
    inner = true;
  }

  /** The next step, for one that was skipped and has no number of its own. */
  long skip() {
    skippedTo = Math.max(step, skippedTo) + 1;
    return skippedTo;
  }

  /** Notes what a line without a loss tells, for the next line that has one. */
  void carry(double learningRate, double skippedInAll) {
    rateUntold = learningRate;
    if (skippedInAll > this.skippedInAll) {
      skippedUntold += skippedInAll - this.skippedInAll;
    }
    this.skippedInAll = skippedInAll;
  }

  /** Whether a launcher marks lines by the rank: they begin with a number and a colon. */
  boolean isLaunched(TextRecord record) {
    launched |= record.hasMark() && !record.tells();
    return launched;
  }

  /** The number of the first epoch: the usual one, or 0 once there was an epoch 0. */
  double epochsFrom(double usual, double epoch) {
    zeroEpoch |= epoch == 0;
    return zeroEpoch ? 0 : usual;
  }

  /** Completes a line by what the lines before told. */
  void complete(TextRecord record) {
    boolean placed = record.step() != null || !Double.isNaN(record.count());
    boolean told = record.tells();
    if (!told && record.has(Kind.EPOCH) && record.entries().size() == 1) {
      epochHeading = record.epoch();
      headingPlaces = record.entries().get(0).total() > 0;
    } else if ((placed || told && headingPlaces)
        && !record.isDict()
        && Double.isNaN(record.epoch())) {
      record.setEpoch(epochHeading);
    }
    if (!record.isDict() && !record.isEvaluation() && epochs.isOfNoStep(record)) {
      record.reject();
    }
    if (told && !record.isEvaluation() && record.has(Kind.SIGNAL)) {
      addCarried(record);
    }
  }

  private void addCarried(TextRecord record) {
    if (!Double.isNaN(rateUntold) && !record.has("learning_rate") && !record.has("lr")) {
      record.add("learning_rate", rateUntold);
    }
    if (skippedUntold > 0) {
      record.add("skipped", skippedUntold);
      skippedUntold = 0;
    }
  }

  /**
   * Where a record of training is, by its own count.
   *
   * @return the step; -1 when the record has none
   */
  long place(TextRecord record) {
    Entry counted = record.step();
    double named = counted == null ? Double.NaN : counted.value();
    boolean batchOfEpoch = counted != null && isBatchOfEpoch(counted);
    if (counted == null && !record.isDict() && !record.isEvaluation()) {
      named = record.count();
    } else if (batchOfEpoch && counted != null) {
      record.setEpoch(counted.value());
      named = counted.total();
    }
    if (!(named >= 0) || record.isEvaluation()) {
      return named >= 0 ? (long) named : -1;
    }
    long at = (long) (batchOfEpoch ? named : epochs.place(record, named));
    if (at > step && at <= skippedTo) {
      return skippedTo; // the program does not count the steps that it skipped
    }
    step = at;
    skippedTo = -1;
    return at;
  }

  /** {@code Batch 4/203700}: the second number grows while the first stays. */
  private boolean isBatchOfEpoch(Entry counted) {
    if (Double.isNaN(counted.total())) {
      return false;
    }
    boolean same = counted.value() == firstCount;
    totalCounts |= same && counted.total() > firstTotal;
    firstCount = counted.value();
    firstTotal = counted.total();
    return totalCounts;
  }

  /** Notes a record of training that is passed on. */
  void note(TextRecord record) {
    if (record.has(Kind.SIGNAL)) {
      lossesSinceEvaluation++;
    }
    for (Entry entry : record.entries()) {
      String name = entry.name().normal();
      if (name.equals("learning_rate") || name.equals("lr")) {
        learningRate = entry.value();
      }
    }
  }
}
