// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects gradients as small as Adam's ε, which make updates collapse although the run looks calm.
 *
 * <p><b>Definition.</b> r = geometric mean of a layer's {@code grad_rms} with memory {@value
 * #MEMORY} samples, against the announced {@code adam_epsilon}: info below {@value #NEAR} ε, where
 * updates are a tenth smaller, warning below {@value #AT} ε.
 *
 * <p><b>Edges.</b> Reports nothing when no ε is announced, and in the first {@value #MEMORY}
 * samples. <b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322) §3.4.
 */
public final class EpsilonFloor implements Detector {
  private static final int MEMORY = 32;
  private static final double NEAR = 10;
  private static final double AT = 2;

  /** Keeps the logarithm of a gradient that is all zeros finite. */
  private static final double SMALLEST = 1e-30;

  private final Layers<Mean> layers =
      new Layers<>(Mean::new, (mean, state) -> mean.exchange(state));
  private double epsilon = Double.NaN;
  private double logNear = Double.NaN;

  private static final class Mean {
    private int samples;
    private double logMean;

    void add(double logarithm) {
      samples = Math.min(samples + 1, MEMORY);
      logMean += (logarithm - logMean) / samples;
    }

    void exchange(State state) {
      samples = (int) state.integer(samples);
      logMean = state.real(logMean);
    }
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.EPSILON_FLOOR;
  }

  @Override
  public Judging judging() {
    return Double.isNaN(epsilon) || layers.isEmpty()
        ? new Judging.NothingToJudgeBy("grad_rms of layers, and adam_epsilon in run_config")
        : new Judging.Active();
  }

  @Override
  public void configure(RunConfig config) {
    epsilon = config.number(ConfigField.ADAM_EPSILON).orElse(Double.NaN);
    logNear = Math.log(NEAR * epsilon);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.GRAD_RMS);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double rms = sample.get(Signal.GRAD_RMS);
    Mean mean = rms >= 0 && epsilon > 0 ? layers.of(sample) : null;
    if (mean == null) {
      return;
    }
    mean.add(Math.log(Math.max(rms, SMALLEST)));
    if (mean.samples == MEMORY && mean.logMean < logNear) {
      double typical = Math.exp(mean.logMean);
      Severity severity = typical < AT * epsilon ? Severity.WARNING : Severity.INFO;
      new Finding(AlarmKind.EPSILON_FLOOR, severity, Signal.GRAD_RMS)
          .at(sample)
          .value(typical, NEAR * epsilon)
          .evidence("epsilon", epsilon)
          .emit(
              verdicts,
              "Gradients of layer "
                  + sample.layer()
                  + " (RMS "
                  + Finding.figure(typical)
                  + ") are near Adam's epsilon "
                  + Finding.figure(epsilon)
                  + ": its updates shrink, and the layer stops learning.");
    }
  }

  @Override
  public void exchange(State state) {
    layers.exchange(state);
  }
}
