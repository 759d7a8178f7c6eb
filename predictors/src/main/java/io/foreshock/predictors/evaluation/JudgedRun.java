// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.OptionalLong;

/**
 * A run that has ended: its label, and the alarms and forecasts about it.
 *
 * <p>An alarm counts as being in time within a window of steps: for a predictable run up to {@value
 * #MARGIN} steps before the onset; for a sudden one from {@value #MARGIN} steps before the abrupt
 * event (before the onset, where that event is not known) to {@value #MARGIN} steps after the
 * onset. The first {@value #UNSCORED} steps are not scored. Neither is anything after the run
 * passed its onset, even when it went back to earlier steps.
 */
public final class JudgedRun {
  /** Number of steps at the beginning that are not scored. */
  static final int UNSCORED = 20;

  /** Steps that an alarm must be ahead of the onset, or may be late, to count. */
  static final int MARGIN = 5;

  private final RunLabel label;
  private final RunTrace trace;
  private final long onset;
  private final int end;

  /**
   * Combines label and trace of a run.
   *
   * @throws IllegalArgumentException when they cannot be of one run; the message names run and
   *     field
   */
  public JudgedRun(RunLabel label, RunTrace trace) {
    this.label = label;
    this.trace = trace;
    boolean healthy = label.runClass() == RunClass.HEALTHY;
    if (!healthy && label.onset().isEmpty()) {
      throw new IllegalArgumentException(label.run() + ": onset: expected one, not healthy");
    }
    onset = label.onset().orElse(Long.MAX_VALUE / 2);
    if (!healthy && onset > trace.lastStep()) {
      throw new IllegalArgumentException(
          label.run()
              + ": onset = "
              + onset
              + ": expected at most "
              + trace.lastStep()
              + ", the last recorded step");
    }
    int i = 0;
    while (i < trace.size() && trace.step(i) <= onset + MARGIN) {
      i++;
    }
    end = i;
  }

  RunLabel label() {
    return label;
  }

  RunTrace trace() {
    return trace;
  }

  boolean is(RunClass runClass) {
    return label.runClass() == runClass;
  }

  long onset() {
    return onset;
  }

  /** Steps of the run: the label's, or the last one recorded. */
  long length() {
    return label.steps() > 0 ? label.steps() : trace.lastStep();
  }

  /** How many steps are scored. */
  long scoredSteps() {
    return Math.max(0, trace.lastStep() - UNSCORED);
  }

  /** Step of the abrupt event; the onset where that is not known. */
  long strike() {
    return label.strike().orElse(onset);
  }

  /** First step of the window in which an alarm is in time. */
  long from() {
    long from = is(RunClass.SUDDEN) ? strike() - MARGIN : 0;
    return Math.max(UNSCORED + 1, from);
  }

  /** Last step of that window. */
  long to() {
    return is(RunClass.SUDDEN) ? onset + MARGIN : onset - MARGIN;
  }

  /** Returns the step of the first alarm from one step to another. */
  OptionalLong first(int[] alarms, long from, long to) {
    for (int alarm : alarms) {
      long step = trace.step(alarm);
      if (alarm < end && step >= from && step <= to) {
        return OptionalLong.of(step);
      }
    }
    return OptionalLong.empty();
  }

  /** Whether one of the alarms is in time. */
  boolean warned(int[] alarms) {
    return first(alarms, from(), to()).isPresent();
  }

  /** How many of the alarms are scored. */
  int scored(int[] alarms) {
    int scored = 0;
    for (int alarm : alarms) {
      scored += trace.step(alarm) > UNSCORED ? 1 : 0;
    }
    return scored;
  }

  /** Largest of the scores within the window in which an alarm is in time; NaN when none. */
  float loudest(StepScores track) {
    float loudest = Float.NaN;
    for (int i = 0; i < end; i++) {
      boolean within = trace.step(i) >= from() && trace.step(i) <= to();
      if (within && !(track.score(i) <= loudest)) {
        loudest = Float.isNaN(track.score(i)) ? loudest : track.score(i);
      }
    }
    return loudest;
  }
}
