// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the demo's three trainings: the same model, data and seed; they differ in the peak
 * learning rate and in whether anybody acts on the alarms.
 *
 * @param run name of the run, and the prefix of what is told about it
 * @param learningRate peak learning rate
 */
record RunPlan(String run, double learningRate) {
  static final String HEALTHY = "healthy";
  static final String UNWATCHED = "unwatched";
  static final String WATCHED = "watched";

  /** A rate at which this model learns well, and one beyond what its attention bears. */
  private static final double GOOD_RATE = 0.003;

  private static final double TOO_HIGH_RATE = 0.2;

  /** The three. */
  static List<RunPlan> three() {
    return List.of(
        new RunPlan(HEALTHY, GOOD_RATE),
        new RunPlan(UNWATCHED, TOO_HIGH_RATE),
        new RunPlan(WATCHED, TOO_HIGH_RATE));
  }

  /**
   * The command line of {@code ./foreshock} for it: four layers of width 64, about 0.2 M
   * parameters, warmed up over half the steps so that the rate walks, not jumps, beyond what is
   * stable.
   */
  List<String> command(DemoOptions options, String telemetryUrl, Path directory) {
    List<String> command = new ArrayList<>(List.of("train", "--run", run));
    option(command, "layers", 4);
    option(command, "heads", 4);
    option(command, "width", 64);
    option(command, "context", 64);
    option(command, "batch", 16);
    option(command, "learning-rate", learningRate);
    option(command, "weight-decay", 1e-4);
    command.add("--independent-weight-decay");
    option(command, "schedule", "cosine");
    option(command, "warmup-steps", options.totalSteps() / 2);
    option(command, "total-steps", options.totalSteps());
    option(command, "seed", options.seed());
    option(command, "threads", 1);
    option(command, "checkpoints", directory.resolve("checkpoints").resolve(run));
    option(command, "checkpoint-every", 25);
    option(command, "telemetry", telemetryUrl);
    return command;
  }

  private static void option(List<String> command, String name, Object value) {
    command.add("--" + name);
    command.add(value.toString());
  }
}
