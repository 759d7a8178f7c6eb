// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.disturbance.Disturbance;
import io.foreshock.trainer.disturbance.Disturbances;
import io.foreshock.trainer.probe.StepProbe;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@link Train}: parsed by picocli, checked by {@link #problems()}. */
final class TrainOptions {
  @Option(names = "--run", description = "name of the run (default: ${DEFAULT-VALUE})")
  String run = "train";

  @Option(names = "--seed", description = "seed of weights and batches (default: ${DEFAULT-VALUE})")
  long seed = 1;

  @Option(names = "--batch", description = "sequences a step (default: ${DEFAULT-VALUE})")
  int batch = 16;

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--attention-bits",
      description =
          "significant bits kept of attention scores, 24 = float32, 8 = bfloat16's (default:"
              + " ${DEFAULT-VALUE})")
  int attentionBits = 24;

  @Mixin OptimizerOptions optimization = new OptimizerOptions();

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
      names = "--max-rollbacks",
      description =
          "rollbacks the monitor may command within 1000 steps of new ground; it is refused more"
              + " (default: ${DEFAULT-VALUE})")
  int maxRollbacks = 10;

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
    OptionProblems problems = new OptionProblems();
    problems.require(!run.isBlank() && run.lines().count() == 1, "run", run, "a name");
    problems.atLeast("batch", batch, 1);
    model.check(problems);
    optimization.check(problems, model);
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
    problems.require(
        maxRollbacks >= 0 && maxRollbacks <= 1000, "max-rollbacks", maxRollbacks, "0 to 1000");
    problems.atLeast("threads", threads, 1);
    problems.require(
        text == null || Files.isReadable(text), "text", text, "a file that can be read");
    problems.require(!resume || checkpoints != null, "resume", true, "--checkpoints as well");
    for (String target : telemetry) {
      problems.require(
          !isUrl(target) || isComplete(target), "telemetry", target, "http://HOST:PORT");
    }
    return problems.found();
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
        model.config(),
        optimization.config(),
        optimization.schedule(),
        optimization.clip(),
        attentionBits,
        new Disturbances(disturb.stream().map(Disturbance::parse).toList()),
        endAfterNonfinite,
        new Measuring(logEvery, entropyEvery, statistics));
  }
}
