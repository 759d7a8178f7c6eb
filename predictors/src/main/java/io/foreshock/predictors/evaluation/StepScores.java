// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Arrays;

/**
 * One number for each step of a run, such as a rule's score, and the steps at which alarms began.
 *
 * <p><b>Threads.</b> Not safe while it grows. <b>Cost.</b> 4 bytes a step.
 */
final class StepScores {
  private float[] scores = new float[256];
  private int[] alarms = new int[4];
  private int size;
  private int alarmCount;

  /** Adds the next step's score. */
  void add(double score) {
    if (size == scores.length) {
      scores = Arrays.copyOf(scores, 2 * size);
    }
    scores[size++] = (float) score;
  }

  /** Adds an alarm at the step that is added next. */
  void alarm() {
    if (alarmCount == alarms.length) {
      alarms = Arrays.copyOf(alarms, 2 * alarmCount);
    }
    alarms[alarmCount++] = size;
  }

  /** Frees spare room. */
  void trim() {
    scores = Arrays.copyOf(scores, size);
    alarms = Arrays.copyOf(alarms, alarmCount);
  }

  /** Number of steps. */
  int size() {
    return size;
  }

  /** Score of the i-th step. */
  float score(int i) {
    return scores[i];
  }

  /** Indexes of the steps at which alarms began, rising. */
  int[] alarms() {
    return Arrays.copyOf(alarms, alarmCount);
  }
}
