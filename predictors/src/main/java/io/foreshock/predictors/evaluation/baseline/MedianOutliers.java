// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.stats.Medians;

/**
 * Counts losses far above the median of the newest {@value #WINDOW} that were not.
 *
 * <p><b>Definition.</b> Scale = max(1.4826 · MAD, {@value #FLOOR_SHARE} of the median + {@value
 * #FLOOR}). A loss more than {@value #FAR} scales and {@value #SHARE} above the median counts once,
 * more than {@value #VERY_FAR} scales twice; the score is the count since the last loss that did
 * not. <b>Edges.</b> Silent until {@value #LEAST} losses; a non-finite loss counts twice.
 * <b>Source.</b> Our own, the plainest rule on a loss alone that hardly ever fires falsely.
 */
final class MedianOutliers implements BaselineRule {
  static final double ENOUGH = 3;

  private static final int WINDOW = 64;
  private static final int LEAST = 16;
  private static final double FLOOR_SHARE = 0.004;
  private static final double FLOOR = 0.002;
  private static final double FAR = 8;
  private static final double VERY_FAR = 20;
  private static final double SHARE = 0.06;

  private final Recent losses = new Recent(WINDOW);
  private int count;

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!StepReading.measured(loss)) {
      return Double.NaN;
    }
    int weight = losses.size() < LEAST ? 0 : weight(loss);
    if (weight == 0) {
      count = 0;
      if (!Double.isNaN(loss)) {
        losses.add(loss);
      }
    }
    count += weight;
    return count;
  }

  private int weight(double loss) {
    if (Double.isNaN(loss)) {
      return 2;
    }
    double[] window = losses.copy();
    double median = Medians.of(window, 0, window.length);
    for (int i = 0; i < window.length; i++) {
      window[i] = Math.abs(window[i] - median);
    }
    double deviation = Medians.MAD_TO_SIGMA * Medians.of(window, 0, window.length);
    double scale = Math.max(deviation, FLOOR_SHARE * Math.abs(median) + FLOOR);
    double above = loss - median;
    if (above <= FAR * scale || above <= SHARE * Math.abs(median)) {
      return 0;
    }
    return above > VERY_FAR * scale ? 2 : 1;
  }
}
