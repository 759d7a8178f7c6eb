// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.optimizer.ClipConfig;
import io.foreshock.trainer.optimizer.GradientClip;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import io.foreshock.trainer.optimizer.OptimizerConfig.Kind;
import io.foreshock.trainer.optimizer.Schedule;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options of {@link TrainOptions} for the optimizer, the learning rate and clipping. */
final class OptimizerOptions {
  @Option(
      names = "--optimizer",
      description = "optimizer, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Kind optimizer = Kind.ADAMW;

  @Option(names = "--learning-rate", description = "peak learning rate (default: ${DEFAULT-VALUE})")
  double learningRate = 1e-3;

  @Option(
      names = "--schedule",
      description =
          "learning rate after the warm-up, one of ${COMPLETION-CANDIDATES}; ramp grows to the peak"
              + " (default: ${DEFAULT-VALUE})")
  Schedule.Shape schedule = Schedule.Shape.COSINE;

  @Option(
      names = "--warmup-steps",
      description = "steps of linear warm-up of the learning rate (default: ${DEFAULT-VALUE})")
  long warmupSteps = 100;

  @Option(
      names = "--total-steps",
      description = "length of the run, steps (default: ${DEFAULT-VALUE})")
  long totalSteps = 1000;

  @Option(
      names = "--adam-beta1",
      description = "beta1 of AdamW and Lion; momentum of SGD (default: ${DEFAULT-VALUE})")
  double adamBeta1 = 0.9;

  @Option(
      names = "--adam-beta2",
      description = "beta2 of AdamW and Lion (default: ${DEFAULT-VALUE})")
  double adamBeta2 = 0.95;

  @Option(
      names = "--adam-epsilon",
      description =
          "epsilon of AdamW; with 0, weights without a gradient stay unchanged (default:"
              + " ${DEFAULT-VALUE})")
  double adamEpsilon = 1e-8;

  @Option(
      names = "--update-clipping",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "divide the learning rate of each tensor by max(1, RMS_t), as in StableAdamW; AdamW only"
              + " (default: ${DEFAULT-VALUE})")
  boolean updateClipping;

  @Option(
      names = "--weight-decay",
      description =
          "weight decay: decoupled with AdamW and Lion, added to the gradient with SGD (default:"
              + " ${DEFAULT-VALUE})")
  double weightDecay = 0.1;

  @Option(
      names = "--independent-weight-decay",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "do not multiply the weight decay by the peak learning rate (default: ${DEFAULT-VALUE})")
  boolean independentWeightDecay;

  @Option(
      names = "--gradient-clip",
      description = "largest global gradient norm; 0 = off (default: ${DEFAULT-VALUE})")
  double gradientClip = 1;

  @Option(
      names = "--gradient-clip-rule",
      description =
          "clipping rule, one of ${COMPLETION-CANDIDATES}; norm = --gradient-clip alone; zclip ="
              + " also a limit that follows the run's own norms (default: ${DEFAULT-VALUE})")
  GradientClip.Rule gradientClipRule = GradientClip.Rule.NORM;

  void check(OptionProblems problems, ModelOptions model) {
    problems.require(learningRate > 0 && learningRate < 1e6, "learning-rate", learningRate, "> 0");
    problems.atLeast("warmup-steps", warmupSteps, 0);
    problems.atLeast("total-steps", totalSteps, 1);
    problems.share("adam-beta1", adamBeta1);
    problems.share("adam-beta2", adamBeta2);
    problems.finite("adam-epsilon", adamEpsilon);
    problems.require(
        !updateClipping || optimizer == Kind.ADAMW,
        "update-clipping",
        true,
        "--optimizer adamw, whose second moment it needs");
    problems.require(
        optimizer != Kind.SGD || model.muParam == MuParam.Kind.NONE,
        "mu-param",
        model.muParam.name().toLowerCase(Locale.ROOT),
        "none with --optimizer sgd");
    problems.finite("weight-decay", weightDecay);
    problems.finite("gradient-clip", gradientClip);
  }

  OptimizerConfig config() {
    return new OptimizerConfig(
        optimizer,
        learningRate,
        adamBeta1,
        adamBeta2,
        adamEpsilon,
        weightDecay,
        independentWeightDecay,
        updateClipping);
  }

  Schedule schedule() {
    return new Schedule(schedule, warmupSteps, totalSteps);
  }

  ClipConfig clip() {
    return new ClipConfig(gradientClip, gradientClipRule);
  }
}
