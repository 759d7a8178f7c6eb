// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A healthy run of any length with all signals at every step, made in stretches: what a watch is
 * timed and weighed on.
 */
final class SteadyRun {
  /** The same objects at every step, as the parser gives them. */
  private final String[] names;

  private final int stretch;
  private final double swell;
  private final Random random = new Random(12);
  private final List<Sample> samples = new ArrayList<>();

  /**
   * @param layers transformer blocks; an embedding and a head come on top
   * @param stretch steps filled at a time
   * @param swell how far logits and entropies wander, of their logarithm
   */
  SteadyRun(int layers, int stretch, double swell) {
    this.names = new String[layers];
    this.stretch = stretch;
    this.swell = swell;
    for (int i = 0; i < layers; i++) {
      names[i] = Integer.toString(i);
    }
    for (int i = 0; i < stretch * (layers + 3); i++) {
      samples.add(Sample.ofStep(0, 0));
    }
  }

  /** The stretch, in order: the same objects at every {@link #fill}. */
  List<Sample> samples() {
    return samples;
  }

  /** Makes the stretch that follows step {@code seen}. */
  void fill(long seen) {
    int next = 0;
    for (long step = seen + 1; step <= seen + stretch; step++) {
      double wave = swell * Math.sin(step / 30.0);
      whole(samples.get(next++), step);
      layer(samples.get(next++), "embedding", step);
      for (int i = 0; i < names.length; i++) {
        Sample sample = layer(samples.get(next++), names[i], step);
        sample.set(Signal.ATTENTION_LOGIT_MAX, scattered(20 * Math.exp(wave), 0.05));
        sample.set(Signal.ATTENTION_ENTROPY, scattered(0.8 * Math.exp(-wave), 0.02));
        sample.set(Signal.OUTPUT_RMS, scattered(1.1, 0.02));
      }
      layer(samples.get(next++), "head", step);
    }
  }

  private void whole(Sample sample, long step) {
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, step, step * 250_000_000L);
    sample.set(Signal.LOSS, 2 + 20 / Math.sqrt(step) + 0.03 * random.nextGaussian());
    sample.set(Signal.LEARNING_RATE, 1e-3);
    sample.set(Signal.TOKENS, step * 524_288.0);
    sample.set(Signal.BATCH, step);
    sample.set(Signal.GRAD_NORM, scattered(0.4, 0.15));
    sample.set(Signal.UPDATE_RMS, scattered(0.2, 0.03));
    sample.set(Signal.PARAM_NORM, 300 + 0.001 * step);
    sample.set(Signal.LOGIT_MEAN, scattered(0.3, 0.1));
    sample.set(Signal.LOGIT_MAX, scattered(14, 0.1));
    sample.set(Signal.LOG_Z_MEAN, scattered(9, 0.02));
    sample.set(Signal.LOG_Z_SQUARE_MEAN, scattered(82, 0.04));
    sample.set(Signal.STEP_SECONDS, scattered(0.25, 0.02));
  }

  private Sample layer(Sample sample, String name, long step) {
    sample.reset(Measurement.TRAIN_LAYER, name, Sample.NO_HEAD, step, step * 250_000_000L);
    sample.set(Signal.GRAD_RMS, scattered(1e-4, 0.2));
    sample.set(Signal.PARAM_RMS, scattered(0.03, 0.0005));
    sample.set(Signal.LAYER_UPDATE_RMS, scattered(0.2, 0.03));
    sample.set(Signal.RMS_RATIO, scattered(0.99, 0.05));
    return sample.set(Signal.UPDATE_ABS_GT_HALF, scattered(0.03, 0.1));
  }

  private double scattered(double value, double share) {
    return value * Math.exp(share * random.nextGaussian());
  }
}
