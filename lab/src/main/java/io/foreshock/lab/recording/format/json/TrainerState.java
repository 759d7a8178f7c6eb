// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import java.util.Map;
import java.util.TreeMap;

/** What a trainer's state says of the whole run. */
final class TrainerState {
  private final Map<Long, Integer> distances = new TreeMap<>();
  private double loggingSteps = Double.NaN;
  private double globalStep = Double.NaN;
  private double maxSteps = Double.NaN;
  private double lastLoss = Double.NaN;
  private double lastStep = Double.NaN;
  private boolean summary;

  /** Takes a number that stands beside the records. */
  void number(String key, double value) {
    switch (key) {
      case "logging_steps" -> loggingSteps = value;
      case "global_step" -> globalStep = value;
      case "max_steps" -> maxSteps = value;
      default -> {}
    }
  }

  /** Takes a record. */
  void record(double step, boolean loss, boolean isSummary) {
    summary = isSummary;
    if (step >= 0) {
      lastStep = step;
      if (loss && !isSummary) {
        if (step > lastLoss) {
          distances.merge((long) (step - lastLoss), 1, Integer::sum);
        }
        lastLoss = step;
      }
    }
  }

  /** The planned steps; 0 when they are not known. */
  long totalSteps() {
    return maxSteps >= 1 ? (long) maxSteps : 0;
  }

  /** The optimizer steps of which each loss is the mean; 0 when they are not known. */
  long lossSteps() {
    long distance =
        distances.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse(0L);
    // a share of all steps, in newer versions
    double logging = loggingSteps < 1 ? Math.ceil(loggingSteps * maxSteps) : loggingSteps;
    return logging >= 1 && (distance == 0 || logging < distance) ? (long) logging : distance;
  }

  /** The last step; NaN when it is not known. */
  double lastStep() {
    return globalStep >= 0 ? globalStep : lastStep;
  }

  /** Whether the run has ended as planned. */
  boolean isFinished() {
    return summary || (maxSteps >= 1 && lastStep() >= maxSteps);
  }
}
