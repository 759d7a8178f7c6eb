// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import java.util.Arrays;

/**
 * Puts the losses that were not finite back into their place.
 *
 * <p>A non-finite value is left out of its line, and {@code nonfinite} counts it. A line that
 * counts some and has no loss had a loss that was not finite, unless lines without any have no loss
 * either (a run that logs its loss every tenth step): more than {@value #SPARSE} of them.
 */
public final class Losses {
  private static final double SPARSE = 0.1;

  private Losses() {}

  /**
   * The losses with NaN where one was not finite.
   *
   * @param loss finite ones
   * @param nonfinite count of each line, by step
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
