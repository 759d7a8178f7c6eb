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
 * Detects a learning rate that is still rising although each step already changes a layer's weights
 * much.
 *
 * <p><b>Definition.</b> r = η · RMS(update) / RMS(parameters) of a block, averaged with memory
 * {@value #MEMORY} samples. Where no layers are sent, it is that of the whole step, RMS(parameters)
 * = {@code param_norm} / √parameters. r has no scale: it is the share by which a step changes a
 * layer. The optimizer's momentum remembers 1 / (1 − β₁) steps; when r / (1 − β₁) passes {@value
 * #MOVED}, it averages gradients of weights that are no longer there. Warning when that lasts
 * {@value #HOLD} samples while the learning rate has risen {@value #RISEN}-fold over its average of
 * memory {@value #RATE_MEMORY}; then as long as r stays above it.
 *
 * <p><b>Edges.</b> Embedding and head start small and grow: they pass any limit in a healthy
 * warm-up. They are not judged, and neither are the first {@value #WARM_UP} samples of a layer. A
 * constant learning rate is never too high here; other detectors report its effects. β₁ = {@value
 * #USUAL_BETA1} until announced. Never critical.
 *
 * <p><b>Source.</b> Our own. Healthy tiny GPTs over AdamW, Lion and SGD stayed below r = 0.021;
 * ramps that diverged passed 0.03 a few dozen steps before, and jumps of the learning rate at once.
 */
public final class LearningRateTooHigh implements Detector {
  private static final double MEMORY = 8;
  private static final double MOVED = 0.3;
  private static final double USUAL_BETA1 = 0.9;
  private static final double RISEN = 1.1;
  private static final double RATE_MEMORY = 48;
  private static final int HOLD = 4;
  private static final int WARM_UP = 32;

  private final Layers<Moves> layers =
      new Layers<>(Moves::new, (moves, state) -> moves.exchange(state));
  private final Moves whole = new Moves();
  private double parameters = Double.NaN;
  private double limit = MOVED * (1 - USUAL_BETA1);
  private double rate = Double.NaN;
  private double logRateMean = Double.NaN;
  private boolean layersSeen;

  /** Samples of the block that has most, at most {@link #WARM_UP}. */
  private int layerSamples;

  /** How much a step changes one layer, or the whole model. */
  private static final class Moves {
    private int samples;
    private double mean;
    private int held;

    /** Adds a step's change; returns whether it has been too large for long enough. */
    boolean add(double move, boolean rising, double limit) {
      samples = Math.min(samples + 1, WARM_UP);
      mean += (move - mean) / Math.min(samples, MEMORY);
      boolean far = samples == WARM_UP && mean > limit;
      held = far && (rising || held >= HOLD) ? Math.min(held + 1, HOLD) : 0;
      return held >= HOLD;
    }

    void exchange(State state) {
      samples = (int) state.integer(samples);
      mean = state.real(mean);
      held = (int) state.integer(held);
    }
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.LEARNING_RATE_TOO_HIGH;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(
        Signal.LEARNING_RATE,
        Signal.PARAM_NORM,
        Signal.UPDATE_RMS,
        Signal.PARAM_RMS,
        Signal.LAYER_UPDATE_RMS);
  }

  @Override
  public Judging judging() {
    return Judging.of(
        Double.isNaN(rate) ? 0 : Math.max(whole.samples, layerSamples),
        WARM_UP,
        "learning_rate, and either update_rms and param_rms of layers, or update_rms and param_norm"
            + " with parameters in run_config");
  }

  @Override
  public void configure(RunConfig config) {
    parameters = config.number(ConfigField.PARAMETERS).orElse(Double.NaN);
    double beta1 = config.number(ConfigField.ADAM_BETA1).orElse(USUAL_BETA1);
    limit = MOVED * (1 - (beta1 >= 0 && beta1 < 1 ? beta1 : USUAL_BETA1));
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    if (sample.layer() == null) {
      addRate(sample.get(Signal.LEARNING_RATE));
      double weight = sample.get(Signal.PARAM_NORM) / Math.sqrt(parameters);
      if (!layersSeen) {
        judge(whole, sample, sample.get(Signal.UPDATE_RMS) / weight, Signal.UPDATE_RMS, verdicts);
      }
    } else if (isBlock(sample.layer())) {
      double move = sample.get(Signal.LAYER_UPDATE_RMS) / sample.get(Signal.PARAM_RMS);
      Moves moves = move >= 0 && rate > 0 ? layers.of(sample) : null;
      if (moves != null) {
        layersSeen = true;
        judge(moves, sample, move, Signal.LAYER_UPDATE_RMS, verdicts);
        layerSamples = Math.max(layerSamples, moves.samples);
      }
    }
  }

  @Override
  public void exchange(State state) {
    layers.exchange(state);
    whole.exchange(state);
    rate = state.real(rate);
    logRateMean = state.real(logRateMean);
    layersSeen = state.flag(layersSeen);
    layerSamples = (int) state.integer(layerSamples);
  }

  private void addRate(double newRate) {
    if (newRate > 0) {
      rate = newRate;
      double logarithm = Math.log(newRate);
      logRateMean =
          Double.isNaN(logRateMean)
              ? logarithm
              : logRateMean + (logarithm - logRateMean) / RATE_MEMORY;
    }
  }

  /** A transformer block: a number, unlike {@code embedding} and {@code head}. */
  private static boolean isBlock(String layer) {
    return !layer.isEmpty() && layer.charAt(0) <= '9';
  }

  private void judge(
      Moves moves, Sample sample, double share, Signal signal, Consumer<Verdict> verdicts) {
    double move = rate * share;
    if (!Double.isFinite(move)) {
      return;
    }
    boolean rising = rate > RISEN * Math.exp(logRateMean);
    if (moves.add(move, rising, limit)) {
      String who = sample.layer() == null ? "the model" : "layer " + sample.layer();
      new Finding(AlarmKind.LEARNING_RATE_TOO_HIGH, Severity.WARNING, signal)
          .at(sample)
          .value(moves.mean, limit)
          .evidence("learning_rate", rate)
          .evidence("learning_rate_risen", rate / Math.exp(logRateMean))
          .emit(
              verdicts,
              "Each step changes the weights of "
                  + who
                  + " by "
                  + Finding.figure(100 * moves.mean)
                  + " % (limit "
                  + Finding.figure(100 * limit)
                  + " %), and the learning rate is still rising (now "
                  + Finding.figure(rate)
                  + "). If it rises further, the loss is likely to diverge.");
    }
  }
}
