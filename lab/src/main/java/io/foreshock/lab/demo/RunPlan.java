// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the demo's three training runs. All have the same model, data and seed. They differ in the
 * peak learning rate and in whether Foreshock acts on the alarms.
 *
 * @param run name of the run, which also precedes each line printed about it
 * @param learningRate peak learning rate
 */
record RunPlan(String run, double learningRate) {
  static final String HEALTHY = "healthy";
  static final String UNWATCHED = "unwatched";
  static final String WATCHED = "watched";

  /** At this learning rate the model trains well. */
  private static final double GOOD_LEARNING_RATE = 0.003;

  /** At this learning rate the attention logits of the model diverge. */
  private static final double TOO_HIGH_LEARNING_RATE = 0.2;

  /** The plans of all three runs. */
  static List<RunPlan> three() {
    return List.of(
        new RunPlan(HEALTHY, GOOD_LEARNING_RATE),
        new RunPlan(UNWATCHED, TOO_HIGH_LEARNING_RATE),
        new RunPlan(WATCHED, TOO_HIGH_LEARNING_RATE));
  }

  /**
   * The arguments of {@code ./foreshock} that train this run. The model has four layers of width
   * 64, about 0.2 M parameters. The warm-up takes half of the steps, so that the learning rate
   * passes the stable range gradually.
   */
  List<String> command(DemoOptions options, String telemetryUrl, Path directory) {
    String same =
        "--layers 4 --heads 4 --width 64 --context 64 --batch 16 --weight-decay 1.0E-4"
            + " --independent-weight-decay --schedule cosine --threads 1 --checkpoint-every 25";
    List<String> command = new ArrayList<>(List.of("train", "--run", run));
    command.addAll(List.of(same.split(" ")));
    option(command, "learning-rate", learningRate);
    option(command, "warmup-steps", options.totalSteps() / 2);
    option(command, "total-steps", options.totalSteps());
    option(command, "seed", options.seed());
    option(command, "checkpoints", directory.resolve("checkpoints").resolve(run));
    option(command, "telemetry", telemetryUrl);
    return command;
  }

  private static void option(List<String> command, String name, Object value) {
    command.add("--" + name);
    command.add(value.toString());
  }
}
