// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.RunConfig;

/**
 * A rule that gives each step of one run a score, so that its threshold can be changed.
 *
 * <p><b>Threads.</b> Not safe: one run, one rule, in order of arrival; it does not handle
 * rollbacks, because the published rules do not.
 */
public interface BaselineRule {
  /** Sets the configuration that the run announced; may be called several times. */
  default void configure(RunConfig config) {}

  /**
   * Returns the score of the next step.
   *
   * @return the score; the rule fires where it is at least the threshold, and never at NaN or −∞
   */
  double score(StepReading step);
}
