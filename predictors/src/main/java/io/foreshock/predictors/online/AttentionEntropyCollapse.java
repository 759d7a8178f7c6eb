// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Detects that attention entropy falls towards 0: each query then looks at one position, and
 * gradients through the softmax vanish.
 *
 * <p><b>Definition.</b> {@link GrowthDetector} over {@code attention_entropy}, falling to 0.001
 * nats.
 *
 * <p><b>Edges.</b> Judges means over a layer only, because a single head may look at one position
 * for good reasons. <b>Source.</b> Zhai et al. 2023 (arXiv 2303.06296); they publish no threshold.
 * Ours: entropy falls from ln(context) by a factor of ten within the first hundred steps of any run
 * with a high learning rate, and healthy small runs settle between 0.02 and 0.3 nats. So it is
 * critical only below 0.1, while it still falls at a pace that reaches 0.001.
 */
public final class AttentionEntropyCollapse extends GrowthDetector {
  private static final Bounds BOUNDS = new Bounds(1e-3, false, 0.9, 0.3, 1.1, 0.1, 1e-3);

  /**
   * @param horizonSteps number of steps ahead within which a collapse raises an alarm
   */
  public AttentionEntropyCollapse(int horizonSteps) {
    super(AlarmKind.ATTENTION_ENTROPY_COLLAPSE, Signal.ATTENTION_ENTROPY, BOUNDS, horizonSteps);
  }

  @Override
  double value(Sample sample) {
    return sample.head() == Sample.NO_HEAD ? sample.get(Signal.ATTENTION_ENTROPY) : Double.NaN;
  }

  @Override
  String message(Sample sample, double entropy, TimeToLimit trend) {
    String fell = "Attention entropy of " + where(sample) + " fell to " + Finding.figure(entropy);
    return trend.eta() > 0 && Double.isFinite(trend.eta())
        ? fell + " nats and reaches 0.001 " + arrival(trend) + ". Its gradients then vanish."
        : fell + " nats: each query looks at one position only, and its gradients vanish.";
  }
}
