// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/**
 * Clips a gradient whose norm stands out from its moving average.
 *
 * <p><b>Definition.</b> Score z = (g − μ) / (σ + 1e-6); μ and σ² are moving averages with α = 0.97,
 * begun with mean and population variance of the first {@value #WARMUP} norms. Where z > {@value
 * #Z}, they are updated not with g but with the clipped norm μ + Z²·σ / z; μ first, then σ² with
 * the new μ. <b>Edges.</b> Silent in the warm-up; one NaN blinds it for good. <b>Source.</b> ZClip
 * {@code zclip.py} (arXiv 2504.02507).
 */
final class ZClip implements BaselineRule {
  static final double Z = 2.5;

  private static final int WARMUP = 25;
  private static final double ALPHA = 0.97;
  private static final double EPSILON = 1e-6;

  private final Recent first = new Recent(WARMUP);
  private double mean;
  private double variance;

  @Override
  public double score(StepReading step) {
    double norm = step.gradNorm();
    if (!StepReading.measured(norm)) {
      return Double.NaN;
    }
    if (!first.full()) {
      first.add(norm);
      mean = first.mean();
      variance = first.deviation(0) * first.deviation(0);
      return Double.NaN;
    }
    double deviation = Math.sqrt(variance);
    double z = (norm - mean) / (deviation + EPSILON);
    double fed = z > Z ? mean + Z * deviation / (z / Z) : norm;
    mean = ALPHA * mean + (1 - ALPHA) * fed;
    variance = ALPHA * variance + (1 - ALPHA) * (fed - mean) * (fed - mean);
    return z;
  }
}
