// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import java.util.function.Supplier;

/**
 * A published rule and its published threshold.
 *
 * @param id short name, as in the table of the scoreboard
 * @param name its author and its rule
 * @param threshold score from which it fires; +∞ when the rule is off by default, so that only its
 *     sweep counts
 * @param rule makes the rule for another run
 * @param swept makes the rule whose score is swept; it differs where firing changes the state
 */
public record Baseline(
    String id,
    String name,
    double threshold,
    Supplier<BaselineRule> rule,
    Supplier<BaselineRule> swept) {

  /** A rule whose state does not depend on its threshold, or only at the published one. */
  public Baseline(String id, String name, double threshold, Supplier<BaselineRule> rule) {
    this(id, name, threshold, rule, rule);
  }
}
