// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.foreshock.lab.runner.Job;
import java.util.List;

/**
 * One run of the corpus that is to be trained.
 *
 * @param run the run's name
 * @param arguments arguments of {@code train}, each as {@code --option=value}, without {@code
 *     --telemetry}
 * @param struck steps at which something abrupt is done to the run, in rising order
 */
record PlannedRun(
    String run,
    Split split,
    Scenario scenario,
    Family family,
    List<String> arguments,
    List<Long> struck)
    implements Job {
  static final String RUN = "--run=";
  private static final double STEP_SECONDS = 5e-3;
  private static final double LAYER_SECONDS = 2e-3;
  static final String SEED = "--seed=";

  PlannedRun {
    arguments = List.copyOf(arguments);
    struck = List.copyOf(struck);
  }

  /** The arguments without the name and the seed. */
  List<String> configuration() {
    return arguments.stream().filter(a -> !a.startsWith(RUN) && !a.startsWith(SEED)).toList();
  }

  /** The planned number of steps. */
  @JsonIgnore
  long steps() {
    return number("total-steps");
  }

  /** Steps from one line of telemetry to the next. */
  @JsonIgnore
  long logEvery() {
    return number("log-every");
  }

  /**
   * Estimated time on one core, seconds, accurate to a third. The time of a step of such a small
   * model depends mostly on the number of operations, so each step and each layer has a fixed cost.
   */
  @Override
  @JsonIgnore
  public double seconds() {
    return steps() * (STEP_SECONDS + number("layers") * LAYER_SECONDS);
  }

  private long number(String option) {
    String prefix = "--" + option + "=";
    for (String argument : arguments) {
      if (argument.startsWith(prefix)) {
        return Long.parseLong(argument.substring(prefix.length()));
      }
    }
    throw new IllegalStateException(run + ": expected the argument " + prefix + "…");
  }
}
