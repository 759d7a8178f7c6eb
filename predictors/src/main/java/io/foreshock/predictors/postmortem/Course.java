// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.stats.Medians;

/**
 * Expected level of the loss, from the samples that were on its course.
 *
 * <p><b>Definition.</b> Level: the median of the last {@value #LONG} accepted samples; While there
 * are fewer, or the loss falls by {@value #STEEP} times its noise in as many samples, the level is
 * at most the median of the last {@value #SHORT}, so that it follows a steep fall. Noise: 1.4826
 * times the median of the last {@value #MEMORY} accepted deviations, not below {@value #FLOOR} of
 * the level. A deviation is |x − median of its two neighbours on either side|: it needs later
 * samples, and contains no trend.
 *
 * <p><b>Cost.</b> O({@value #LONG}) a sample, O({@value #MEMORY}) every {@value #REFIT}th.
 */
final class Course {
  private static final int LONG = 9;
  private static final int SHORT = 3;
  private static final int MEMORY = 64;

  /** Two medians of nine differ by this much by chance once in a million times. */
  private static final double STEEP = 3;

  private static final int REFIT = 8;

  /** Share of the level: a loss that was averaged before it was logged has almost no noise. */
  private static final double FLOOR = 0.002;

  private static final double MAD_TO_SIGMA = 1.4826;

  private final double[] values = new double[2 * LONG];
  private final double[] deviations = new double[MEMORY];
  private final double[] scratch = new double[MEMORY];
  private int accepted;
  private int sinceRefit;
  private double deviation;

  /** Adds a finite sample that is on its course. */
  void accept(double value, double itsDeviation) {
    values[accepted % values.length] = value;
    deviations[accepted % MEMORY] = itsDeviation;
    accepted++;
    if (++sinceRefit >= REFIT || accepted < 2 * REFIT) {
      sinceRefit = 0;
      int count = Math.min(accepted, MEMORY);
      System.arraycopy(deviations, 0, scratch, 0, count);
      deviation = MAD_TO_SIGMA * Medians.of(scratch, 0, count);
    }
  }

  /** Samples accepted since the beginning or {@link #restart()}. */
  int accepted() {
    return accepted;
  }

  /** Clears the level, such as after a change that stays. */
  void restart() {
    accepted = 0;
    sinceRefit = 0;
  }

  /** Expected loss; NaN before the first sample. */
  double level() {
    double level = median(LONG, 0);
    boolean steep = accepted < LONG || fall() > STEEP * deviation;
    return steep ? Math.min(level, median(SHORT, 0)) : level;
  }

  /** How far the median fell from the last but one {@value #LONG} samples to the last ones. */
  double fall() {
    return accepted < 2 * LONG ? 0 : Math.max(0, median(LONG, LONG) - median(LONG, 0));
  }

  /** Standard deviation of a sample around its course. */
  double noise() {
    return Math.max(deviation, FLOOR * Math.abs(level()));
  }

  /** Median of {@code count} samples, the newest {@code skip} left out. */
  double median(int count, int skip) {
    int size = Math.min(count, accepted - skip);
    for (int i = 0; i < size; i++) {
      scratch[i] = values[(accepted - 1 - skip - i) % values.length];
    }
    return Medians.of(scratch, 0, Math.max(0, size));
  }
}
