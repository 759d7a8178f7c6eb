// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects that Adam's elementwise updates pile up at ±1, because gradients have become correlated
 * over time.
 *
 * <p><b>Definition.</b> Two views of one state, averaged with memory {@value #MEMORY}. (1) s =
 * share of a layer's elements with |m̂/(√v̂+ε)| > ½. Independent gradients give 0.02, correlation ½
 * gives 0.17, and at {@value #BIMODAL} (correlation 0.9) the histogram has two modes. Info above
 * {@value #CORRELATED}, warning above {@value #BIMODAL}. (2) ρ = the lag-1 correlation that follows
 * from the layer's {@code update_rms} R: for gradients that are an AR(1) process, R² = q (1 + β₁ρ)
 * / (1 − β₁ρ) with q = (1 − β₁) / (1 + β₁), so with x = R² / q, ρ = (x − 1) / ((x + 1) β₁). It is
 * the evidence of (1). Where s is not sent, it raises its own verdicts: info above ρ = {@value
 * #CORRELATION_HIGH}, warning above {@value #CORRELATION_BIMODAL}, which correspond to the levels
 * of s.
 *
 * <p><b>Edges.</b> Both start at 1 and fall while the moments fill, so nothing is reported before
 * they have been low once. (2) is used only for runs that announce an Adam, because updates of
 * other optimizers have other sizes. An ε above the gradient makes R, and so ρ, smaller.
 *
 * <p><b>Source.</b> Molybog et al. 2023 (arXiv 2304.09871), who publish no threshold; these are
 * derived for β₁ 0.9, β₂ 0.95. R² is the variance of an exponential average of an AR(1) process.
 */
public final class AdamBimodality implements Detector {
  private static final double MEMORY = 16;
  private static final double CALM = 0.15;
  private static final double CORRELATED = 0.35;
  private static final double BIMODAL = 0.55;
  private static final double CORRELATION_CALM = 0.5;
  private static final double CORRELATION_HIGH = 0.7;
  private static final double CORRELATION_BIMODAL = 0.84;
  private static final double USUAL_BETA1 = 0.9;

  private final Layers<Mean> shares =
      new Layers<>(Mean::new, (mean, state) -> mean.exchange(state));
  private final Layers<Mean> sizes = new Layers<>(Mean::new, (mean, state) -> mean.exchange(state));
  private double beta1 = USUAL_BETA1;
  private boolean adam;

  /** An average that starts at 1 and is used once it has been low. */
  private static final class Mean {
    private double mean = 1;
    private boolean calmOnce;

    void add(double value) {
      mean += (value - mean) / MEMORY;
    }

    void exchange(State state) {
      mean = state.real(mean);
      calmOnce = state.flag(calmOnce);
    }
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.ADAM_BIMODALITY;
  }

  @Override
  public Judging judging() {
    return shares.isEmpty() && (sizes.isEmpty() || !adam)
        ? new Judging.NothingToJudgeBy(
            "update_abs_gt_half of layers, or update_rms of layers with an Adam as optimizer in"
                + " run_config")
        : new Judging.Active();
  }

  @Override
  public void configure(RunConfig config) {
    double announced = config.number(ConfigField.ADAM_BETA1).orElse(USUAL_BETA1);
    beta1 = announced > 0 && announced < 1 ? announced : USUAL_BETA1;
    adam =
        config
            .text(ConfigField.OPTIMIZER)
            .map(name -> name.toLowerCase(Locale.ROOT).contains("adam"))
            .orElse(false);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.UPDATE_ABS_GT_HALF, Signal.LAYER_UPDATE_RMS);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double correlation = correlation(sample);
    double share = sample.get(Signal.UPDATE_ABS_GT_HALF);
    if (share >= 0) {
      Mean layer = shares.of(sample);
      if (layer != null) {
        layer.add(share);
        layer.calmOnce |= layer.mean < CALM;
        if (layer.calmOnce && layer.mean > CORRELATED) {
          emitShare(sample, layer.mean, correlation, verdicts);
        }
      }
    } else if (correlation > CORRELATION_HIGH) {
      Mean layer = sizes.of(sample);
      if (layer != null && layer.calmOnce) {
        emitCorrelation(sample, correlation, verdicts);
      }
    }
  }

  @Override
  public void exchange(State state) {
    shares.exchange(state);
    sizes.exchange(state);
  }

  /** Correlation of successive gradients of the sample's layer; NaN when unknown. */
  private double correlation(Sample sample) {
    double rms = sample.get(Signal.LAYER_UPDATE_RMS);
    Mean layer = adam && rms >= 0 ? sizes.of(sample) : null;
    if (layer == null) {
      return Double.NaN;
    }
    layer.add(Math.min(1, rms * rms));
    double x = layer.mean * (1 + beta1) / (1 - beta1);
    double correlation = (x - 1) / ((x + 1) * beta1);
    layer.calmOnce |= correlation < CORRELATION_CALM;
    return correlation;
  }

  private static void emitShare(
      Sample sample, double share, double correlation, Consumer<Verdict> verdicts) {
    Severity severity = share > BIMODAL ? Severity.WARNING : Severity.INFO;
    Finding finding =
        new Finding(AlarmKind.ADAM_BIMODALITY, severity, Signal.UPDATE_ABS_GT_HALF)
            .at(sample)
            .value(share, BIMODAL);
    if (!Double.isNaN(correlation)) {
      finding.evidence("time_correlation", correlation);
    }
    finding.emit(
        verdicts,
        Finding.figure(100 * share)
            + " % of the update elements of layer "
            + sample.layer()
            + " are near ±1 (usual: 2 %), because its gradients are correlated over time."
            + " Such states have preceded loss spikes.");
  }

  private static void emitCorrelation(
      Sample sample, double correlation, Consumer<Verdict> verdicts) {
    Severity severity = correlation > CORRELATION_BIMODAL ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.ADAM_BIMODALITY, severity, Signal.LAYER_UPDATE_RMS)
        .at(sample)
        .value(correlation, CORRELATION_BIMODAL)
        .emit(
            verdicts,
            "Gradients of layer "
                + sample.layer()
                + " are correlated from step to step by about "
                + Finding.figure(correlation)
                + ", judging by the size of its updates. Such states have preceded loss spikes.");
  }
}
