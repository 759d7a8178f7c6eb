// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import java.util.function.Supplier;

/**
 * A published rule and the threshold it is published with.
 *
 * @param id short name, as in the table of the scoreboard
 * @param name whose it is and what it says
 * @param threshold it fires where its score is at least this; +∞ when it is off unless set, so that
 *     only its sweep says anything
 * @param rule makes the rule for another run
 * @param swept makes the rule whose score is swept: another one where firing changes the state
 */
public record Baseline(
    String id,
    String name,
    double threshold,
    Supplier<BaselineRule> rule,
    Supplier<BaselineRule> swept) {

  /** A rule whose state does not depend on its threshold, or only as published. */
  public Baseline(String id, String name, double threshold, Supplier<BaselineRule> rule) {
    this(id, name, threshold, rule, rule);
  }
}
