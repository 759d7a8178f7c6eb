// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The step at which a run's loss left its course, seen by hindsight.
 *
 * <p><b>Definition.</b> Let m(t) be the median of the loss over the {@value #WINDOW} samples that
 * end at t, and best(t) the smallest m so far. The onset is the first t from which m stays more
 * than 10 % above best(t) for {@value #SUSTAINED} samples, or until the run ends if that is at
 * least {@value #WINDOW}. The median forgives a bad batch or two; the lowest level so far, unlike a
 * moving baseline, also convicts a slow rise.
 *
 * <p><b>Edges.</b> A non-finite loss counts as infinitely high. Too few samples: no onset.
 * <b>Cost.</b> O(n · window). <b>Source.</b> Our own; 10 % is the margin of the labels of the
 * public logs that this project is evaluated on.
 */
public final class LossOnset {
  private static final int WINDOW = 9;
  private static final int SUSTAINED = 25;
  private static final double RISE = 1.10;

  private LossOnset() {}

  /** Index into {@code losses} (nats per token, in step order) of the onset, if there is one. */
  public static OptionalInt find(double[] losses) {
    double[] level = level(losses);
    double best = Double.POSITIVE_INFINITY;
    for (int t = WINDOW - 1; t < level.length; t++) {
      best = Math.min(best, level[t]);
      if (level[t] > best * RISE && staysAbove(level, t, best * RISE)) {
        return OptionalInt.of(t);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean staysAbove(double[] level, int from, double limit) {
    int to = Math.min(level.length, from + SUSTAINED);
    for (int t = from; t < to; t++) {
      if (level[t] <= limit) {
        return false;
      }
    }
    return to - from >= WINDOW;
  }

  private static double[] level(double[] losses) {
    double[] level = new double[losses.length];
    double[] window = new double[WINDOW];
    for (int t = WINDOW - 1; t < losses.length; t++) {
      for (int i = 0; i < WINDOW; i++) {
        double loss = losses[t - i];
        window[i] = Double.isFinite(loss) ? loss : Double.POSITIVE_INFINITY;
      }
      Arrays.sort(window);
      level[t] = window[WINDOW / 2];
    }
    return level;
  }
}
