// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

/**
 * Turns the firing of a rule into alarms. A rule that keeps firing has alarmed once, until it was
 * quiet for {@value #QUIET} samples.
 */
final class Edges {
  static final int QUIET = 10;

  private long lastFired = Long.MIN_VALUE / 2;

  /** Whether sample {@code index} begins an alarm; call it in rising order. */
  boolean begins(int index, boolean fires) {
    if (!fires) {
      return false;
    }
    boolean begins = index - lastFired > QUIET;
    lastFired = index;
    return begins;
  }

  /** Clears the memory of earlier firing. */
  void reset() {
    lastFired = Long.MIN_VALUE / 2;
  }
}
