// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of the policy: its modes and its limits.
 *
 * @param mode mode of the runs that no override matches
 * @param overrides modes of single runs; the first match counts
 * @param rewindSteps steps from an incident's opening back to the rollback's step; PaLM: about 100
 * @param skipBatches batches left out after a rollback, from those around the incident on; PaLM:
 *     200 to 500; 0 = none, so the same batches are used again
 * @param learningRateScale factor of the first reduction, relative to the scheduled learning rate;
 *     that of the next one is its square; 1 = never lowered
 * @param lowerAtOnce whether the first rollback of a sudden incident lowers the learning rate too
 * @param maxRollbacks most rollbacks within {@code windowSteps}; the next critical incident pauses
 *     the run
 * @param windowSteps window of that budget
 * @param coolDownSteps steps after an action in which the policy does not act again
 * @param answerSeconds a command that the training run has not fetched for this long raises an
 *     alarm; 0 = never
 */
public record PolicySettings(
    PolicyMode mode,
    List<Override> overrides,
    int rewindSteps,
    int skipBatches,
    double learningRateScale,
    boolean lowerAtOnce,
    int maxRollbacks,
    int windowSteps,
    int coolDownSteps,
    int answerSeconds) {

  /** The mode of the runs whose name matches a pattern; {@code *} in it matches any text. */
  public record Override(String match, PolicyMode mode) {
    boolean covers(String run) {
      String regex = Pattern.quote(match).replace("*", "\\E.*\\Q");
      return Pattern.compile(regex, Pattern.DOTALL).matcher(run).matches();
    }
  }

  /** The mode of a run. */
  public PolicyMode modeOf(String run) {
    return overrides.stream()
        .filter(override -> override.covers(run))
        .findFirst()
        .map(Override::mode)
        .orElse(mode);
  }

  static PolicySettings read(Section section) {
    return new PolicySettings(
        section.choice("mode", PolicyMode.OBSERVE),
        section.sections(
            "runs",
            run -> new Override(run.text("match", "*"), run.choice("mode", PolicyMode.OBSERVE))),
        (int) section.integer("rewind_steps", 100, 1, 1_000_000),
        (int) section.integer("skip_batches", 200, 0, 1_000_000),
        section.number("learning_rate_scale", 0.3, 0.001, 1),
        section.flag("lower_at_once", false),
        (int) section.integer("max_rollbacks", 3, 0, 1000),
        (int) section.integer("window_steps", 1000, 1, 100_000_000),
        (int) section.integer("cool_down_steps", 20, 0, 1_000_000),
        (int) section.integer("answer_seconds", 120, 0, 1_000_000));
  }
}
