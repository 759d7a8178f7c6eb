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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@link Train}: parsed by picocli, checked by {@link #problems()}. */
final class TrainOptions {
  @Option(names = "--run", description = "name of the run (default: ${DEFAULT-VALUE})")
  String run = "train";

  @Option(
      names = "--seed",
      description = "seed of the initial weights and the batches (default: ${DEFAULT-VALUE})")
  long seed = 1;

  @Option(names = "--batch", description = "sequences per step (default: ${DEFAULT-VALUE})")
  int batch = 16;

  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--attention-bits",
      description =
          "significant bits of attention scores; 24 = float32, 8 = as in bfloat16 (default:"
              + " ${DEFAULT-VALUE})")
  int attentionBits = 24;

  @Mixin OptimizerOptions optimization = new OptimizerOptions();

  @Option(
      names = "--disturb",
      paramLabel = "KIND@STEP[+COUNT][=VALUE]",
      description =
          "deliberate fault from step S on, for N steps (default: none). May be repeated."
              + " garbage@S+N: random bytes as data; repeat@S+N[=BATCHES]: the same few batches"
              + " again and again; rate@S[+N]=FACTOR: learning rate times FACTOR; slow@S+N=SECONDS:"
              + " duration that steps report; resume@S=STEPS: go back by STEPS once;"
              + " precision@S=BITS: significant bits of attention scores")
  List<String> disturb = new ArrayList<>();

  @Option(
      names = "--end-after-nonfinite",
      description =
          "end the run when the loss was not finite for this many steps; 0 = never (default:"
              + " ${DEFAULT-VALUE})")
  long endAfterNonfinite;

  @Option(
      names = "--log-every",
      description =
          "steps between two steps whose telemetry is sent; the first and the last step are"
              + " always sent (default: ${DEFAULT-VALUE})")
  long logEvery = 1;

  @Option(
      names = "--entropy-every",
      description =
          "steps between two measurements of attention entropy, among the steps that are sent"
              + " (default: ${DEFAULT-VALUE})")
  long entropyEvery = 10;

  @Option(
      names = "--statistics",
      description =
          "statistics to measure, one of ${COMPLETION-CANDIDATES}; loss = only the loss and the"
              + " norms, to see what the rest costs (default: ${DEFAULT-VALUE})")
  StepProbe.Scope statistics = StepProbe.Scope.ALL;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "text file to train on (default: the English lines of a Europarl sample)")
  @Nullable Path text;

  @Option(
      names = "--telemetry",
      paramLabel = "URL|FILE.lp[.gz]",
      description =
          "monitor URL or file to which telemetry is sent (default: none). May be repeated. The"
              + " first URL also sends commands to the run")
  List<String> telemetry = new ArrayList<>();

  @Option(
      names = "--max-rollbacks",
      description =
          "most rollbacks by command within 1000 new steps; further ones are refused (default:"
              + " ${DEFAULT-VALUE})")
  int maxRollbacks = 10;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FORESHOCK_TOKEN}",
      description = "token of the monitor (default: the environment variable FORESHOCK_TOKEN)")
  @Nullable String token;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR",
      description = "directory for checkpoints (default: no checkpoints are saved)")
  @Nullable Path checkpoints;

  @Option(
      names = "--checkpoint-every",
      description = "steps between checkpoints (default: ${DEFAULT-VALUE})")
  long checkpointEvery = 100;

  @Option(
      names = "--keep",
      description =
          "number of newest checkpoints to keep; the newest one without an active alarm is kept"
              + " as well (default: ${DEFAULT-VALUE})")
  int keep = 5;

  @Option(
      names = "--resume",
      description =
          "continue from the newest checkpoint in --checkpoints, or start a new run if there is"
              + " none (default: off)")
  boolean resume;

  @Option(
      names = "--threads",
      description = "threads of the tensor library (default: ${DEFAULT-VALUE})")
  int threads = 1;

  /** Returns the problems of the options: name, value and expectation. */
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
        text == null || Files.isReadable(text),
        "text",
        String.valueOf(text),
        "a file that can be read");
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

  /** Returns the configuration that the options describe. */
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
