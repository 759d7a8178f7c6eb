// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/** Made-up labelled runs of 500 steps, with all signals. */
final class MadeLog {
  static final long ONSET = 400;
  private static final long STEPS = 500;

  private MadeLog() {}

  /** As many of each class, in turn; the family tells whether the number is even. */
  static List<SymptomLog> corpus(int ofEach) {
    List<SymptomLog> runs = new ArrayList<>();
    for (int i = 0; i < ofEach; i++) {
      for (RunClass runClass : RunClass.values()) {
        runs.add(run(runClass, 3 * i + runClass.ordinal(), i % 2 == 0 ? "even" : "odd"));
      }
    }
    return runs;
  }

  /**
   * A run that is healthy; or whose logits grow from step 150 to the onset, the rate far above the
   * others'; or that is struck 20 steps before it.
   */
  static SymptomLog run(RunClass runClass, int seed, String parity) {
    boolean healthy = runClass == RunClass.HEALTHY;
    boolean sudden = runClass == RunClass.SUDDEN;
    RunLabel label =
        new RunLabel(
            runClass + "-" + seed,
            runClass,
            healthy ? OptionalLong.empty() : OptionalLong.of(ONSET),
            STEPS,
            sudden ? List.of(ONSET - 20) : List.of(),
            Map.of("parity", parity));
    SymptomLog log = new SymptomLog(label);
    Random random = new Random(seed);
    for (long step = 1; step <= STEPS; step++) {
      double ill = 0;
      if (runClass == RunClass.PREDICTABLE) {
        ill = Math.max(0, step - 150) / 50.0;
      } else if (sudden && step >= ONSET - 20) {
        ill = 4 + (step - ONSET) / 20.0;
      }
      double lost = healthy ? 0 : Math.max(0, step - ONSET) * 0.02;
      // noise that falls off as trouble comes: a symptom of the wrong sign
      double noise = random.nextGaussian() / (1 + ill);
      log.accept(
          Sample.ofLayer("0", Sample.NO_HEAD, step, 0)
              .set(Signal.ATTENTION_LOGIT_MAX, 10 * Math.exp(ill + 0.1 * random.nextGaussian()))
              .set(Signal.ATTENTION_ENTROPY, Math.exp(-ill / 2 + 0.02 * random.nextGaussian()))
              .set(Signal.LAYER_UPDATE_RMS, 0.2)
              .set(Signal.PARAM_RMS, 0.03)
              .set(Signal.OUTPUT_RMS, 1));
      log.accept(
          Sample.ofStep(step, 0)
              .set(Signal.LOSS, 2 + 3 / Math.sqrt(step) + lost + 0.03 * random.nextGaussian())
              .set(Signal.GRAD_NORM, Math.exp(ill / 3 + 0.2 * noise))
              .set(Signal.LEARNING_RATE, runClass == RunClass.SUDDEN && ill > 0 ? 1e-2 : 1e-3)
              .set(Signal.UPDATE_RMS, 0.2)
              .set(Signal.LOGIT_MAX, 9));
    }
    return log;
  }
}
