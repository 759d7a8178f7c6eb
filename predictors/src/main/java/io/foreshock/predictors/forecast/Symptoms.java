// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Reads a run's {@link Symptom}s from its telemetry.
 *
 * <p><b>Edges.</b> A missing signal counts as healthy. A signal that stops arriving keeps its last
 * value. Lines of single attention heads are read only by the detectors.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> A microsecond a step of 12 layers;
 * no allocation once every layer was seen.
 */
public final class Symptoms {
  /** Losses before there are symptoms. */
  public static final int WARM_UP = Drift.WARM_UP;

  private final LossMeasure measure = new LossMeasure();
  private final Drift loss = new Drift();
  private final Drift norm = new Drift();
  private final Drift rate = new Drift();
  private final Drift update = new Drift();
  private final Drift logitMax = new Drift();
  private final Drift logZ = new Drift();
  private final LayerSymptoms layers = new LayerSymptoms();
  private double newestRate = Double.NaN;
  private double rateBefore = Double.NaN;
  private long rateStep;
  private long rateStepBefore;
  private double lowestLoss = Double.POSITIVE_INFINITY;
  private double rateAtLowest = Double.NaN;
  private double peakRate = Double.NaN;
  private double warmupSteps = Double.NaN;
  private double usualRate = Double.NaN;

  /** Number of losses so far, of the {@value #WARM_UP} before there are symptoms. */
  public int losses() {
    return loss.samples();
  }

  /** Reads the configuration that the run announced; not part of the state. */
  public void configure(RunConfig config) {
    measure.configure(config);
    peakRate = config.number(ConfigField.LEARNING_RATE).orElse(Double.NaN);
    usualRate = UsualRate.of(config);
    warmupSteps = config.number(ConfigField.WARMUP_STEPS).orElse(Double.NaN);
  }

  /**
   * Notes that level and noise may change here: loss, norm and updates are followed anew. Attention
   * and logits are judged against limits, so they go on.
   */
  public void boundary() {
    loss.restart();
    norm.restart();
    update.restart();
    lowestLoss = Double.POSITIVE_INFINITY;
    rateAtLowest = Double.NaN;
  }

  /** Reads the run's next sample. */
  public void accept(Sample sample) {
    if (sample.layer() != null) {
      layers.accept(sample, newestRate);
      return;
    }
    if (sample.has(Signal.LEARNING_RATE)) {
      rateBefore = newestRate;
      rateStepBefore = rateStep;
      newestRate = sample.get(Signal.LEARNING_RATE);
      rateStep = sample.step();
    }
    rate.add(sample, Signal.LEARNING_RATE);
    if (sample.has(Signal.LOSS)) {
      double value = sample.get(Signal.LOSS);
      measure.add(value);
      loss.add(sample.step(), measure.floored(value));
    }
    if (loss.ready() && loss.level() < lowestLoss) {
      lowestLoss = loss.level();
      rateAtLowest = newestRate;
    }
    norm.add(sample, Signal.GRAD_NORM);
    update.add(sample, Signal.UPDATE_RMS);
    logitMax.add(sample, Signal.LOGIT_MAX);
    logZ.add(sample, Signal.LOG_Z_SQUARE_MEAN);
  }

  /**
   * The signals of which the run has sent enough; null while there are too few losses, and where
   * its logarithm has no meaning ({@link LossMeasure#isComparable}).
   */
  public @Nullable Scope scope() {
    return loss.ready() && measure.isComparable()
        ? Scope.of()
            .with(SignalGroup.NORM, norm.ready())
            .with(SignalGroup.RATE, rate.ready())
            .with(SignalGroup.STEP, update.ready() || logitMax.ready() || logZ.ready())
            .with(SignalGroup.LAYERS, layers.ready())
        : null;
  }

  /** Writes the value of every symptom, by its ordinal. */
  public void read(double[] values) {
    put(values, Symptom.LOSS_ABOVE_LOWEST, loss.aboveLowest());
    put(values, Symptom.LOSS_CLEARLY_ABOVE_LOWEST, loss.clearlyAboveLowest());
    put(values, Symptom.LOSS_RISE, loss.rise());
    put(values, Symptom.LOSS_LONG_RISE, loss.longRise());
    put(values, Symptom.LOSS_ROUGHNESS, loss.roughness());
    put(values, Symptom.NORM_ABOVE_LOWEST, norm.aboveLowest());
    put(values, Symptom.NORM_RISE, norm.rise());
    put(values, Symptom.NORM_LONG_RISE, norm.longRise());
    put(values, Symptom.NORM_ROUGHNESS, norm.roughness());
    put(values, Symptom.NORM_NOISE, norm.noise());
    double ahead = rateAhead();
    put(values, Symptom.RATE_RISE, rate.rise());
    put(values, Symptom.RATE_AHEAD, ahead);
    put(values, Symptom.RATE_JUMP, Math.log(newestRate / rateBefore));
    put(values, Symptom.RATE_SINCE_LOWEST, Math.log(newestRate / rateAtLowest));
    put(values, Symptom.RATE_OVER_USUAL, Math.log(newestRate / usualRate));
    put(values, Symptom.PEAK_OVER_USUAL, Math.log(peakRate / usualRate));
    boolean warming = rateStep < warmupSteps;
    put(values, Symptom.RATE_TO_PEAK, warming ? Math.log(peakRate / newestRate) : 0);
    put(values, Symptom.UPDATE_RISE, update.rise());
    put(values, Symptom.LOGIT_MAX_RISE, logitMax.rise());
    put(values, Symptom.LOGIT_MAX_AHEAD, logitMax.ahead(Symptom.AHEAD_STEPS));
    put(values, Symptom.LOG_Z_RISE, logZ.rise());
    put(values, Symptom.LOG_Z_AHEAD, logZ.ahead(Symptom.AHEAD_STEPS));
    layers.read(values, ahead);
  }

  /**
   * Returns the layer from which a symptom was read; null when it has no layer, or no layer shows
   * it.
   */
  public @Nullable String layer(Symptom symptom) {
    return symptom.group() == SignalGroup.LAYERS ? layers.worst(symptom) : null;
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    measure.exchange(state);
    loss.exchange(state);
    norm.exchange(state);
    rate.exchange(state);
    update.exchange(state);
    logitMax.exchange(state);
    logZ.exchange(state);
    layers.exchange(state);
    newestRate = state.real(newestRate);
    rateBefore = state.real(rateBefore);
    rateStep = state.integer(rateStep);
    rateStepBefore = state.integer(rateStepBefore);
    lowestLoss = state.real(lowestLoss);
    rateAtLowest = state.real(rateAtLowest);
  }

  static void put(double[] values, Symptom symptom, double value) {
    values[symptom.ordinal()] = symptom.within(value);
  }

  /**
   * Logarithm of the learning rate's further growth, if it continues linearly; NaN when unknown.
   */
  private double rateAhead() {
    double slope = (newestRate - rateBefore) / Math.max(1, rateStep - rateStepBefore);
    return Math.log(Math.max(1e-3, 1 + Symptom.AHEAD_STEPS * slope / newestRate));
  }
}
