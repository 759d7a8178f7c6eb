// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Finds the step from which a run's loss stays too high, after the run has ended.
 *
 * <p><b>Definition.</b> Let m(t) be the median of the loss over the {@value #WINDOW} samples that
 * end at t. The onset is the first t from which m stays more than 10 % above the course for {@value
 * #SUSTAINED} samples, or until the run ends if that is at least {@value #AT_THE_END}. The course
 * is the smallest median of {@value #SUSTAINED} samples so far or, where there is one, another
 * run's m at the same steps. The median ignores one or two bad batches. The lowest level so far,
 * unlike a moving baseline, also finds a slow rise. It is a longer median so that the lowest of
 * thousands is not an outlier.
 *
 * <p><b>Edges.</b> A non-finite loss counts as infinitely high. With too few samples there is no
 * onset. Samples are counted, not steps: in a sparse log a rise must last as many logged steps.
 * <b>Cost.</b> O(n · window). <b>Source.</b> Our own; 10 % is the margin of the labels of the
 * public logs that this project is evaluated on.
 */
public final class LossOnset {
  private static final int WINDOW = 9;
  private static final int SUSTAINED = 25;
  private static final int AT_THE_END = 2 * WINDOW;
  private static final double RISE = 1.10;

  private LossOnset() {}

  /** Returns the index into {@code losses} (nats per token, in step order) of the onset. */
  public static OptionalInt find(double[] losses) {
    double[] level = level(losses, WINDOW);
    double[] lowest = level(losses, SUSTAINED);
    for (int t = WINDOW; t < lowest.length; t++) {
      lowest[t] = Math.min(lowest[t], lowest[t - 1]);
    }
    return onset(level, lowest, level.length);
  }

  /**
   * Returns the onset relative to another run.
   *
   * @param losses of the run, in step order
   * @param healthy losses of a healthy run at the same steps; the shorter of the two decides
   */
  public static OptionalInt find(double[] losses, double[] healthy) {
    return onset(
        level(losses, WINDOW), level(healthy, WINDOW), Math.min(losses.length, healthy.length));
  }

  private static OptionalInt onset(double[] level, double[] course, int length) {
    int above = 0; // number of samples up to here that were above the course without a break
    for (int t = WINDOW - 1; t < length; t++) {
      above = level[t] > course[t] * RISE ? above + 1 : 0;
      if (above == SUSTAINED || (t == length - 1 && above >= AT_THE_END)) {
        return OptionalInt.of(t - above + 1);
      }
    }
    return OptionalInt.empty();
  }

  /** Medians of the last samples, as many as there are; from the first whole {@link #WINDOW}. */
  private static double[] level(double[] losses, int samples) {
    double[] level = new double[losses.length];
    for (int t = WINDOW - 1; t < losses.length; t++) {
      double[] window = new double[Math.min(samples, t + 1)];
      for (int i = 0; i < window.length; i++) {
        double loss = losses[t - i];
        window[i] = Double.isFinite(loss) ? loss : Double.POSITIVE_INFINITY;
      }
      Arrays.sort(window);
      level[t] = window[window.length / 2];
    }
    return level;
  }
}
