// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import java.util.Arrays;

/**
 * Restores the non-finite losses of a run.
 *
 * <p>A sender leaves a non-finite value out of its line and counts it in {@code nonfinite}. So a
 * line with a count and without a loss had a non-finite loss. This does not hold for a run that
 * logs its loss only every tenth step: there more than {@value #SPARSE} of the lines without a
 * count have no loss either.
 */
public final class Losses {
  private static final double SPARSE = 0.1;

  private Losses() {}

  /**
   * The losses, with NaN for each non-finite one.
   *
   * @param loss the finite losses
   * @param nonfinite count of non-finite values in each line, by step
   */
  public static Track withNonfinite(Track loss, Track nonfinite) {
    int calm = 0;
    int absent = 0;
    int lost = 0;
    boolean[] isLost = new boolean[nonfinite.size()];
    int at = 0;
    for (int i = 0; i < nonfinite.size(); i++) {
      long step = nonfinite.steps()[i];
      while (at < loss.size() && loss.steps()[at] < step) {
        at++;
      }
      boolean has = at < loss.size() && loss.steps()[at] == step;
      boolean counted = nonfinite.values()[i] > 0;
      calm += counted ? 0 : 1;
      absent += counted || has ? 0 : 1;
      isLost[i] = counted && !has;
      lost += isLost[i] ? 1 : 0;
    }
    return lost == 0 || absent > SPARSE * calm
        ? loss
        : merge(loss, nonfinite.steps(), isLost, lost);
  }

  private static Track merge(Track loss, long[] lineSteps, boolean[] isLost, int lost) {
    long[] steps = Arrays.copyOf(loss.steps(), loss.size() + lost);
    int at = loss.size();
    for (int i = 0; i < lineSteps.length; i++) {
      if (isLost[i]) {
        steps[at++] = lineSteps[i];
      }
    }
    Arrays.sort(steps);
    double[] values = new double[steps.length];
    int next = 0;
    for (int i = 0; i < steps.length; i++) {
      boolean finite = next < loss.size() && loss.steps()[next] == steps[i];
      values[i] = finite ? loss.values()[next++] : Double.NaN;
    }
    return new Track(loss.signal(), null, steps, values);
  }
}
