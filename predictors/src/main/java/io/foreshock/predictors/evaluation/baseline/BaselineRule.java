// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.RunConfig;

/**
 * A rule that says of each step of one run how loud it is about it, so that its threshold can be
 * moved.
 *
 * <p><b>Threads.</b> Not safe: one run, one rule, in order of arrival; it knows nothing of
 * rollbacks, as the published ones do not.
 */
public interface BaselineRule {
  /** Takes what the run announced; that may happen several times, usually before its steps. */
  default void configure(RunConfig config) {}

  /**
   * Takes the next step.
   *
   * @return the score; the rule fires where it is at least the threshold. NaN or −∞: silent
   */
  double score(StepReading step);
}
