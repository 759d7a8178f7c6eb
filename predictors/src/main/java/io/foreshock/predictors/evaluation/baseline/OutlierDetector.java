// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * z-score of the loss or the gradient norm in a window that includes it.
 *
 * <p><b>Definition.</b> Score (x − μ) / σ over the last {@value #WINDOW} values with this one,
 * population σ, so it cannot exceed √127. <b>Edges.</b> Silent until the window was full before
 * this value; 0 where σ = 0; a NaN in the window blinds it. <b>Source.</b> llm.c {@code
 * llmc/outlier_detector.h}; off unless set.
 */
final class OutlierDetector implements BaselineRule {
  private static final int WINDOW = 128;

  private final Recent losses = new Recent(WINDOW);
  private final Recent gradNorms = new Recent(WINDOW);

  @Override
  public double score(StepReading step) {
    double loss = score(losses, step.loss());
    double gradNorm = score(gradNorms, step.gradNorm());
    return Math.max(loss, gradNorm);
  }

  private static double score(Recent recent, double value) {
    if (!StepReading.measured(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    boolean full = recent.full();
    recent.add(value);
    double deviation = recent.deviation(0);
    double z = deviation == 0 ? 0 : (value - recent.mean()) / deviation;
    return full && !Double.isNaN(z) ? z : Double.NEGATIVE_INFINITY;
  }
}
