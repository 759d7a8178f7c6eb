// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Clips an update whose norm stands out from the last {@value #WINDOW}.
 *
 * <p><b>Definition.</b> Score (u − μ) / max(σ, 1e-6) over the unclipped norms before this one,
 * population σ. Here u is {@code update_rms}: the norm before the learning rate, over √parameters,
 * which is the same from step to step. <b>Edges.</b> Silent until {@value #ENOUGH} are held; a NaN
 * in the window blinds it. <b>Source.</b> Levanter {@code optim/clip_update_norm.py}; 3 σ.
 */
final class UpdateNormClip implements BaselineRule {
  private static final int WINDOW = 128;
  private static final int ENOUGH = 64;
  private static final double LEAST_DEVIATION = 1e-6;

  private final Recent updates = new Recent(WINDOW);

  @Override
  public double score(StepReading step) {
    double update = step.updateRms();
    if (!StepReading.measured(update)) {
      return Double.NaN;
    }
    double score = Double.NaN;
    if (updates.size() >= ENOUGH) {
      score = (update - updates.mean()) / Math.max(updates.deviation(0), LEAST_DEVIATION);
    }
    updates.add(update);
    return score;
  }
}
