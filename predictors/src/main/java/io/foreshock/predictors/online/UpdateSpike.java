// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.ResistantBaseline;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects updates that are too large, because the second moment lags behind the gradient.
 *
 * <p><b>Definition.</b> Two views. (1) A layer's {@code rms_ratio} RMS_t = √mean(g²/v̂) above what
 * a gradient grown k-fold in one step gives, k / √(β₂ + (1 − β₂) k²) with k = {@value #JUMP}: a
 * fixed 2.3 could never be reached at β₂ = 0.8, whose ceiling 1/√(1 − β₂) is 2.24. Info; warning
 * from the {@value #REPEATED}rd within {@value #REPEAT_STEPS} steps. (2) The run's {@code
 * update_rms} above its own expected course: {@link SpikeWatch} over the logarithm, {@value
 * #SCORES} scales and {@value #FACTOR} times. Info; warning when it lasts {@value #REPEATED}
 * samples.
 *
 * <p><b>Edges.</b> Never critical, because the lead is at most a few steps and many such updates
 * are harmless. Until a β₂ is announced, {@value #LARGEST_BETA2} is assumed, the largest in use.
 * That gives the highest threshold, so nothing is reported too often; with a β₂ below 0.85 nothing
 * is reported.
 *
 * <p><b>Source.</b> StableAdamW (arXiv 2304.13013); the jump formula follows from v̂ after the
 * step; Marin 32B for update norms that double before a spike.
 */
public final class UpdateSpike implements Detector {
  private static final double JUMP = 2.6;
  private static final double LARGEST_BETA2 = 0.999;
  private static final double SCORES = 6;
  private static final double FACTOR = 2;

  /** The same right after a stage boundary. */
  private static final double FAR = 5;

  private static final double NOISE_FLOOR = 0.03;
  private static final int REPEATED = 3;
  private static final int REPEAT_STEPS = 10;

  private final SpikeWatch whole =
      new SpikeWatch(SCORES, Math.log(FACTOR), Math.log(FAR), false, NOISE_FLOOR);
  private final Layers<Recent> layers =
      new Layers<>(Recent::new, (recent, state) -> recent.exchange(state));
  private double threshold = threshold(LARGEST_BETA2);

  /** Whether a layer sent its ratio. */
  private boolean ratioSeen;

  /** Counts the exceedances of one layer that are close together. */
  private static final class Recent {
    private long lastStep = Long.MIN_VALUE / 2;
    private int count;

    int exceeded(long step) {
      count = step - lastStep <= REPEAT_STEPS ? count + 1 : 1;
      lastStep = step;
      return count;
    }

    void exchange(State state) {
      lastStep = state.integer(lastStep);
      count = (int) state.integer(count);
    }
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.UPDATE_SPIKE;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.UPDATE_RMS, Signal.RMS_RATIO);
  }

  @Override
  public Judging judging() {
    return ratioSeen
        ? new Judging.Active()
        : Judging.of(
            whole.warmedUp(), ResistantBaseline.MIN_SAMPLES, "update_rms, or rms_ratio of layers");
  }

  @Override
  public void configure(RunConfig config) {
    double beta2 = config.number(ConfigField.ADAM_BETA2).orElse(LARGEST_BETA2);
    threshold = threshold(beta2 >= 0 && beta2 < 1 ? beta2 : LARGEST_BETA2);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double ratio = sample.get(Signal.RMS_RATIO);
    ratioSeen |= ratio >= 0;
    if (ratio > threshold) {
      Recent recent = layers.of(sample);
      int count = recent == null ? 1 : recent.exceeded(sample.step());
      emitRatio(sample, ratio, count, verdicts);
    }
    double rms = sample.get(Signal.UPDATE_RMS);
    if (rms > 0 && whole.add(sample.step(), Math.log(rms))) {
      emitRms(rms, verdicts);
    }
  }

  @Override
  public void boundary() {
    whole.boundary();
  }

  @Override
  public void exchange(State state) {
    whole.exchange(state);
    layers.exchange(state);
    ratioSeen = state.flag(ratioSeen);
  }

  private static double threshold(double beta2) {
    return JUMP / Math.sqrt(beta2 + (1 - beta2) * JUMP * JUMP);
  }

  private void emitRatio(Sample sample, double ratio, int count, Consumer<Verdict> verdicts) {
    Severity severity = count >= REPEATED ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.UPDATE_SPIKE, severity, Signal.RMS_RATIO)
        .at(sample)
        .value(ratio, threshold)
        .evidence("in_a_row", count)
        .emit(
            verdicts,
            "Gradients of layer "
                + sample.layer()
                + " are "
                + Finding.figure(ratio)
                + " times what Adam's second moment expects (limit "
                + Finding.figure(threshold)
                + "): its updates are too large.");
  }

  private void emitRms(double rms, Consumer<Verdict> verdicts) {
    double expected = Math.exp(whole.expected());
    Severity severity = whole.flagged() >= REPEATED ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.UPDATE_SPIKE, severity, Signal.UPDATE_RMS)
        .value(rms, Math.exp(whole.threshold()))
        .evidence("expected", expected)
        .evidence("in_a_row", whole.flagged())
        .emit(
            verdicts,
            "Updates are "
                + Finding.figure(rms / expected)
                + " times as large as expected (RMS "
                + Finding.figure(rms)
                + ").");
  }
}
