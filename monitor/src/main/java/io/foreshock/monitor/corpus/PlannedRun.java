// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.corpus;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
    List<Long> struck) {
  static final String RUN = "--run=";
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

  /**
   * Estimated time on one core, seconds: fitted to runs of the trainer, good to a third.
   *
   * <p>A step costs a fixed part, a part for every operation of every layer, and a part for the
   * numbers that they go through.
   */
  @JsonIgnore
  double seconds() {
    double layers = number("layers");
    double width = number("width");
    double tokens = number("batch") * number("context");
    double perLayer = 1.3 + 1.6e-6 * tokens * width * (1 + number("context") / 64.0);
    return steps() * (2.5 + layers * perLayer) / 1000;
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
