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

/** The options of {@link TrainOptions} that say how gradients become updates. */
final class OptimizerOptions {
  @Option(
      names = "--optimizer",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Kind optimizer = Kind.ADAMW;

  @Option(names = "--learning-rate", description = "peak (default: ${DEFAULT-VALUE})")
  double learningRate = 1e-3;

  @Option(
      names = "--schedule",
      description = "${COMPLETION-CANDIDATES}, after the warm-up (default: ${DEFAULT-VALUE})")
  Schedule.Shape schedule = Schedule.Shape.COSINE;

  @Option(
      names = "--warmup-steps",
      description = "steps of linear warm-up (default: ${DEFAULT-VALUE})")
  long warmupSteps = 100;

  @Option(names = "--total-steps", description = "length of the run (default: ${DEFAULT-VALUE})")
  long totalSteps = 1000;

  @Option(
      names = "--adam-beta1",
      description = "Lion's too; of SGD the momentum (default: ${DEFAULT-VALUE})")
  double adamBeta1 = 0.9;

  @Option(names = "--adam-beta2", description = "Lion's too (default: ${DEFAULT-VALUE})")
  double adamBeta2 = 0.95;

  @Option(
      names = "--adam-epsilon",
      description = "at 0 what has no gradient does not move (default: ${DEFAULT-VALUE})")
  double adamEpsilon = 1e-8;

  @Option(
      names = "--update-clipping",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "divide a tensor's learning rate by max(1, RMS_t) as StableAdamW does (default:"
              + " ${DEFAULT-VALUE})")
  boolean updateClipping;

  @Option(
      names = "--weight-decay",
      description =
          "decoupled; of SGD added to the gradient, as in PyTorch (default: ${DEFAULT-VALUE})")
  double weightDecay = 0.1;

  @Option(
      names = "--independent-weight-decay",
      arity = "0..1",
      fallbackValue = "true",
      description = "decay not scaled by the peak learning rate (default: ${DEFAULT-VALUE})")
  boolean independentWeightDecay;

  @Option(
      names = "--gradient-clip",
      description = "largest global norm; 0 = off (default: ${DEFAULT-VALUE})")
  double gradientClip = 1;

  @Option(
      names = "--gradient-clip-rule",
      description =
          "${COMPLETION-CANDIDATES}: that alone, or as a cap besides ZClip's limit, which follows the"
              + " run's own norms (default: ${DEFAULT-VALUE})")
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
