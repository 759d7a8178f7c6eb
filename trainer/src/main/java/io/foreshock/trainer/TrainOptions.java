// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.data.Corpus;
import io.foreshock.trainer.disturbance.Disturbance;
import io.foreshock.trainer.disturbance.Disturbances;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.Mlp;
import io.foreshock.trainer.model.Norm;
import io.foreshock.trainer.model.NormPosition;
import io.foreshock.trainer.model.Positions;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import io.foreshock.trainer.optimizer.Schedule;
import io.foreshock.trainer.probe.StepProbe;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The command line of {@link Train}: parsed by picocli, checked by {@link #problems()}. */
final class TrainOptions {
  @Option(names = "--run", description = "name of the run (default: ${DEFAULT-VALUE})")
  String run = "train";

  @Option(names = "--seed", description = "seed of weights and batches (default: ${DEFAULT-VALUE})")
  long seed = 1;

  @Option(names = "--layers", description = "transformer blocks (default: ${DEFAULT-VALUE})")
  int layers = 4;

  @Option(names = "--heads", description = "attention heads a block (default: ${DEFAULT-VALUE})")
  int heads = 4;

  @Option(
      names = "--width",
      description = "residual width, a multiple of 2 x heads (default: ${DEFAULT-VALUE})")
  int width = 128;

  @Option(names = "--context", description = "tokens a sequence (default: ${DEFAULT-VALUE})")
  int context = 128;

  @Option(names = "--batch", description = "sequences a step (default: ${DEFAULT-VALUE})")
  int batch = 16;

  @Option(
      names = "--positions",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Positions positions = Positions.ROTARY;

  @Option(names = "--norm", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Norm norm = Norm.LAYERNORM;

  @Option(
      names = "--norm-position",
      description =
          "${COMPLETION-CANDIDATES}: before or after attention and MLP (default: ${DEFAULT-VALUE})")
  NormPosition normPosition = NormPosition.PRE;

  @Option(names = "--mlp", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Mlp mlp = Mlp.GELU;

  @Option(
      names = "--qk-layernorm",
      arity = "0..1",
      fallbackValue = "true",
      description = "normalize queries and keys per head (default: ${DEFAULT-VALUE})")
  boolean qkLayernorm;

  @Option(
      names = "--z-loss-weight",
      description = "weight of mean((log Z)^2); 0 = off (default: ${DEFAULT-VALUE})")
  double zLossWeight;

  @Option(
      names = "--attention-bits",
      description =
          "significant bits kept of attention scores, 24 = float32, 8 = bfloat16's (default:"
              + " ${DEFAULT-VALUE})")
  int attentionBits = 24;

  @Option(
      names = "--optimizer",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  OptimizerConfig.Kind optimizer = OptimizerConfig.Kind.ADAMW;

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

  @Option(names = "--adam-epsilon", description = "default: ${DEFAULT-VALUE}")
  double adamEpsilon = 1e-8;

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
      names = "--disturb",
      paramLabel = "KIND@STEP[+COUNT][=VALUE]",
      description =
          "a fault put in on purpose; may be repeated: garbage@S+N, repeat@S+N[=BATCHES],"
              + " rate@S[+N]=FACTOR, slow@S+N=SECONDS, resume@S=STEPS, precision@S=BITS")
  List<String> disturb = new ArrayList<>();

  @Option(
      names = "--end-after-nonfinite",
      description =
          "end once the loss was not finite for this many steps; 0 = go on (default:"
              + " ${DEFAULT-VALUE})")
  long endAfterNonfinite;

  @Option(
      names = "--log-every",
      description =
          "send telemetry of step 1, every k-th step and the last (default: ${DEFAULT-VALUE})")
  long logEvery = 1;

  @Option(
      names = "--entropy-every",
      description =
          "measure attention entropy every k-th step, where it is sent (default:"
              + " ${DEFAULT-VALUE})")
  long entropyEvery = 10;

  @Option(
      names = "--statistics",
      description =
          "${COMPLETION-CANDIDATES}: everything, or the loss and norms only, to see what the rest"
              + " costs (default: ${DEFAULT-VALUE})")
  StepProbe.Scope statistics = StepProbe.Scope.ALL;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "text to train on (default: the English lines of a Europarl sample)")
  Path text;

  @Option(
      names = "--telemetry",
      paramLabel = "URL|FILE.lp[.gz]",
      description = "where telemetry goes; may be repeated. The first URL also commands the run")
  List<String> telemetry = new ArrayList<>();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FORESHOCK_TOKEN}",
      description = "the monitor's token (default: $FORESHOCK_TOKEN)")
  String token;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description = "where checkpoints go (default: none are taken)")
  Path checkpoints;

  @Option(
      names = "--checkpoint-every",
      description = "steps between checkpoints (default: ${DEFAULT-VALUE})")
  long checkpointEvery = 100;

  @Option(
      names = "--keep",
      description =
          "how many of the newest checkpoints stay, besides the newest one that was taken while no"
              + " alarm was active (default: ${DEFAULT-VALUE})")
  int keep = 5;

  @Option(
      names = "--resume",
      description = "go on from the newest checkpoint, or start when there is none")
  boolean resume;

  @Option(
      names = "--threads",
      description = "threads of the tensor library (default: ${DEFAULT-VALUE})")
  int threads = 1;

  /** Everything that is wrong with the options: name, value, expectation. */
  List<String> problems() {
    Problems problems = new Problems();
    problems.require(!run.isBlank() && run.lines().count() == 1, "run", run, "a name");
    problems.atLeast("layers", layers, 1);
    problems.atLeast("heads", heads, 1);
    problems.require(
        heads < 1 || width >= 2 * heads && width % (2 * heads) == 0,
        "width",
        width,
        "a multiple of 2 x heads = " + 2 * heads);
    problems.atLeast("context", context, 2);
    problems.atLeast("batch", batch, 1);
    problems.finite("z-loss-weight", zLossWeight);
    problems.require(learningRate > 0 && learningRate < 1e6, "learning-rate", learningRate, "> 0");
    problems.atLeast("warmup-steps", warmupSteps, 0);
    problems.atLeast("total-steps", totalSteps, 1);
    problems.share("adam-beta1", adamBeta1);
    problems.share("adam-beta2", adamBeta2);
    problems.finite("adam-epsilon", adamEpsilon);
    problems.finite("weight-decay", weightDecay);
    problems.finite("gradient-clip", gradientClip);
    problems.require(
        attentionBits >= 2 && attentionBits <= 24, "attention-bits", attentionBits, "2 to 24");
    problems.atLeast("end-after-nonfinite", endAfterNonfinite, 0);
    problems.atLeast("log-every", logEvery, 1);
    problems.atLeast("entropy-every", entropyEvery, 1);
    for (String text : disturb) {
      problems.disturbance(text, checkpoints == null);
    }
    problems.atLeast("checkpoint-every", checkpointEvery, 1);
    problems.atLeast("keep", keep, 1);
    problems.atLeast("threads", threads, 1);
    problems.require(
        text == null || Files.isReadable(text), "text", text, "a file that can be read");
    problems.require(!resume || checkpoints != null, "resume", true, "--checkpoints as well");
    for (String target : telemetry) {
      problems.require(
          !isUrl(target) || isComplete(target), "telemetry", target, "http://HOST:PORT");
    }
    return problems.found;
  }

  static boolean isUrl(String target) {
    return target.startsWith("http://") || target.startsWith("https://");
  }

  private static boolean isComplete(String url) {
    try {
      return URI.create(url).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The run that the options describe. */
  TrainConfig config() {
    return new TrainConfig(
        run,
        seed,
        batch,
        new GptConfig(
            layers,
            heads,
            width,
            context,
            Corpus.VOCABULARY,
            positions,
            qkLayernorm,
            zLossWeight,
            new BlockStyle(norm, normPosition, mlp)),
        new OptimizerConfig(
            optimizer,
            learningRate,
            adamBeta1,
            adamBeta2,
            adamEpsilon,
            weightDecay,
            independentWeightDecay),
        new Schedule(schedule, warmupSteps, totalSteps),
        gradientClip,
        attentionBits,
        new Disturbances(disturb.stream().map(Disturbance::parse).toList()),
        endAfterNonfinite,
        new Measuring(logEvery, entropyEvery, statistics));
  }

  private static final class Problems {
    private final List<String> found = new ArrayList<>();

    void require(boolean holds, String option, Object value, String expected) {
      if (!holds) {
        found.add("--%s = %s: expected %s".formatted(option, value, expected));
      }
    }

    void atLeast(String option, long value, long least) {
      require(value >= least, option, value, "at least " + least);
    }

    void finite(String option, double value) {
      require(value >= 0 && Double.isFinite(value), option, value, "a number from 0");
    }

    /** Going back is to a state in memory, which a resume or a rollback would not have. */
    void disturbance(String text, boolean withoutCheckpoints) {
      try {
        require(
            withoutCheckpoints || !(Disturbance.parse(text) instanceof Disturbance.Resume),
            "disturb",
            text,
            "no --checkpoints");
      } catch (IllegalArgumentException e) {
        found.add(e.getMessage());
      }
    }

    void share(String option, double value) {
      require(value >= 0 && value < 1, option, value, "at least 0 and below 1");
    }
  }
}
