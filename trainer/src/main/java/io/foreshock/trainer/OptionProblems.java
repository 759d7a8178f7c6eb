// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.disturbance.Disturbance;
import java.util.ArrayList;
import java.util.List;

/** The problems of a command line: name, value and expectation of each wrong option. */
final class OptionProblems {
  private final List<String> found = new ArrayList<>();

  List<String> found() {
    return found;
  }

  void require(boolean holds, String option, Object value, String expected) {
    if (!holds) {
      found.add("--%s = %s: expected %s".formatted(option, value, expected));
    }
  }

  void atLeast(String option, long value, long least) {
    require(value >= least, option, value, "at least " + least);
  }

  void finite(String option, double value) {
    require(value >= 0 && Double.isFinite(value), option, value, "a number from 0");
  }

  void share(String option, double value) {
    require(value >= 0 && value < 1, option, value, "at least 0 and below 1");
  }

  /** Checks a disturbance; {@code resume} needs states in memory, which checkpoints do not hold. */
  void disturbance(String text, boolean withoutCheckpoints) {
    try {
      require(
          withoutCheckpoints || !(Disturbance.parse(text) instanceof Disturbance.Resume),
          "disturb",
          text,
          "no --checkpoints");
    } catch (IllegalArgumentException e) {
      found.add(e.getMessage());
    }
  }
}
