// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * Adam's elementwise updates piling up at ±1: gradients have become correlated over time.
 *
 * <p><b>Definition.</b> s = share of a layer's elements with |m̂/(√v̂+ε)| > ½, averaged with memory
 * {@value #MEMORY}. Independent gradients give 0.02, correlation ½ gives 0.17, and at {@value
 * #BIMODAL} (correlation 0.9) the histogram has two modes. Info above {@value #CORRELATED}, warning
 * above {@value #BIMODAL}.
 *
 * <p><b>Edges.</b> The share starts at 1 and falls as the moments fill: nothing is said before it
 * has been below {@value #CALM} once. <b>Source.</b> Molybog et al. 2023 (arXiv 2304.09871), who
 * publish no threshold; these are derived for β₁ 0.9, β₂ 0.95.
 */
public final class AdamBimodality implements Detector {
  private static final double MEMORY = 16;
  private static final double CALM = 0.15;
  private static final double CORRELATED = 0.35;
  private static final double BIMODAL = 0.55;

  private final Layers<Share> layers =
      new Layers<>(Share::new, (share, state) -> share.exchange(state));

  private static final class Share {
    private double mean = 1;
    private boolean calmOnce;

    double add(double share) {
      mean += (share - mean) / MEMORY;
      calmOnce |= mean < CALM;
      return calmOnce ? mean : 0;
    }

    void exchange(State state) {
      mean = state.real(mean);
      calmOnce = state.flag(calmOnce);
    }
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double share = sample.get(Signal.UPDATE_ABS_GT_HALF);
    Share layer = share >= 0 ? layers.of(sample) : null;
    double mean = layer == null ? 0 : layer.add(share);
    if (mean > CORRELATED) {
      Severity severity = mean > BIMODAL ? Severity.WARNING : Severity.INFO;
      new Finding(AlarmKind.ADAM_BIMODALITY, severity, Signal.UPDATE_ABS_GT_HALF)
          .at(sample)
          .value(mean, BIMODAL)
          .tell(
              verdicts,
              Finding.figure(100 * mean)
                  + " % of layer "
                  + sample.layer()
                  + "'s update elements are near ±1: gradients are correlated over time.");
    }
  }

  @Override
  public void exchange(State state) {
    layers.exchange(state);
  }
}
