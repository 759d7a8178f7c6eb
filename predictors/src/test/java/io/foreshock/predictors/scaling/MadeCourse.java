// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Runs whose law is known: log10 of the attention logit grows with log10 N by 1, with log10 η by
 * 1.5, and to the step's square root; loss and gradients are power laws. One diverges when its
 * logit passes 1e4.
 */
final class MadeCourse {
  static final int STEPS = 400;
  static final double[] SIZES = {1e5, 3e5, 1e6};
  static final double[] RATES = {1e-3, 3e-3, 1e-2, 3e-2, 1e-1};

  private MadeCourse() {}

  static RunConfig config(double parameters, double rate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(ConfigField.PARAMETERS_NON_EMBEDDING.wireName(), (long) parameters);
    fields.put(ConfigField.LEARNING_RATE.wireName(), rate);
    fields.put(ConfigField.TOTAL_STEPS.wireName(), (long) STEPS);
    fields.put(ConfigField.BATCH_TOKENS.wireName(), 1024L);
    return new RunConfig(fields);
  }

  static double logit(double parameters, double rate, long step) {
    double end = 1.9 + Math.log10(parameters / 1e5) + 1.5 * Math.log10(rate / 1e-2);
    return Math.pow(10, end * Math.sqrt((double) step / STEPS) + 0.5);
  }

  static double loss(double parameters, long step) {
    return 2 + 4 * Math.pow(parameters, -0.05) * Math.pow(step, -0.4);
  }

  /** The samples of a run, noisy by a percent or so. */
  static List<Sample> samples(double parameters, double rate, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (long step = 1; step <= STEPS; step++) {
      samples.add(
          Sample.ofStep(step, step)
              .set(Signal.LOSS, loss(parameters, step) * Math.exp(0.01 * random.nextGaussian())));
      samples.add(
          Sample.ofLayer("0", Sample.NO_HEAD, step, step)
              .set(
                  Signal.ATTENTION_LOGIT_MAX,
                  logit(parameters, rate, step) * Math.exp(0.02 * random.nextGaussian()))
              .set(Signal.GRAD_RMS, 1e-3 * Math.pow(parameters, -0.5)));
    }
    return samples;
  }

  static RunSummary summary(double parameters, double rate, long seed) {
    Summarizer summarizer = new Summarizer();
    samples(parameters, rate, seed).forEach(summarizer::accept);
    return summarizer.summary("run-" + seed, config(parameters, rate));
  }

  /** One run of every size at every rate. */
  static List<RunSummary> grid() {
    return at(RATES);
  }

  /** One run of every size at each of these. */
  static List<RunSummary> at(double... rates) {
    List<RunSummary> runs = new ArrayList<>();
    for (double size : SIZES) {
      for (double rate : rates) {
        runs.add(summary(size, rate, runs.size()));
      }
    }
    return runs;
  }
}
