// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.foreshock.lab.runner.Job;
import java.util.List;

/**
 * One run of the corpus before it is run.
 *
 * @param run its name
 * @param arguments of {@code train}, each as {@code --option=value}; where telemetry goes is not
 *     among them
 * @param struck steps at which something abrupt is done to the run, rising
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

  /** What distinguishes it from runs that differ in name and seed only. */
  List<String> configuration() {
    return arguments.stream().filter(a -> !a.startsWith(RUN) && !a.startsWith(SEED)).toList();
  }

  /** Planned steps. */
  @JsonIgnore
  long steps() {
    return number("total-steps");
  }

  /** Steps from line to line of its telemetry. */
  @JsonIgnore
  long logEvery() {
    return number("log-every");
  }

  /**
   * Estimated time on one core, seconds; good to a third. A step of models so small costs by its
   * number of operations more than by their size: a part for every step, a part for every layer.
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
