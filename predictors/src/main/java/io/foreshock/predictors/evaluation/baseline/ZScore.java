// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Two-sided z-score of the loss: fires on a fall as well.
 *
 * <p><b>Definition.</b> Score |L − μ| / σ over the {@value #WINDOW} losses before, population σ.
 * <b>Edges.</b> Silent until {@value #ENOUGH} are held, and where σ = 0; non-finite losses are left
 * out. <b>Source.</b> trainscope {@code z_score.py}; 3.5.
 */
final class ZScore implements BaselineRule {
  private static final int WINDOW = 200;
  private static final int ENOUGH = 30;

  private final Recent losses = new Recent(WINDOW);

  @Override
  public double score(StepReading step) {
    double loss = step.loss();
    if (!Double.isFinite(loss)) {
      return Double.NaN;
    }
    double score = Double.NaN;
    if (losses.size() >= ENOUGH) {
      double deviation = losses.deviation(0);
      score = deviation == 0 ? Double.NaN : Math.abs(loss - losses.mean()) / deviation;
    }
    losses.add(loss);
    return score;
  }
}
