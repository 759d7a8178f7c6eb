// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

/**
 * Makes alarms of a rule's firing: a rule that goes on firing has alarmed once, until it was quiet
 * for {@value #QUIET} samples.
 */
final class Edges {
  static final int QUIET = 10;

  private long lastFired = Long.MIN_VALUE / 2;

  /** Whether sample {@code index} begins an alarm; to be asked in rising order. */
  boolean begins(int index, boolean fires) {
    if (!fires) {
      return false;
    }
    boolean begins = index - lastFired > QUIET;
    lastFired = index;
    return begins;
  }

  /** Forgets that the rule ever fired. */
  void reset() {
    lastFired = Long.MIN_VALUE / 2;
  }
}
