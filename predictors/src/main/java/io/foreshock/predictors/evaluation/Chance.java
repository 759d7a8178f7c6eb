// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

/**
 * The probability that a run's alarms are in time by chance.
 *
 * <p><b>Definition.</b> All alarms of the scored part of the run, those after the onset included,
 * are shifted by d steps, circularly; the chance is the share of the shifts d at which one of them
 * is in time. All shifts of at least one step are tried, or {@value #MOST_SHIFTS} evenly spaced
 * ones. <b>Source.</b> Our own; the usual surrogate for event prediction (Andrzejak et al. 2003).
 */
final class Chance {
  private static final int MOST_SHIFTS = 500;

  private Chance() {}

  static double of(JudgedRun run, int[] alarms) {
    long length = run.scoredSteps();
    if (length < 2 || alarms.length == 0) {
      return 0;
    }
    int shifts = (int) Math.min(MOST_SHIFTS, length - 1);
    int hits = 0;
    for (int i = 0; i < shifts; i++) {
      long shift = 1 + i * (length - 1) / shifts;
      hits += inTime(run, alarms, shift, length) ? 1 : 0;
    }
    return (double) hits / shifts;
  }

  private static boolean inTime(JudgedRun run, int[] alarms, long shift, long length) {
    for (int alarm : alarms) {
      long at = run.trace().step(alarm) - JudgedRun.UNSCORED - 1;
      if (at >= 0) {
        long shifted = JudgedRun.UNSCORED + 1 + (at + shift) % length;
        if (shifted >= run.from() && shifted <= run.to()) {
          return true;
        }
      }
    }
    return false;
  }
}
