// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

/** Feeds rules with made steps. */
final class Steps {
  private static final double ABSENT = StepReading.ABSENT;

  private final BaselineRule rule;
  private long step;

  Steps(BaselineRule rule) {
    this.rule = rule;
  }

  double loss(double loss) {
    return rule.score(new StepReading(++step, loss, ABSENT, ABSENT, ABSENT, ABSENT));
  }

  double gradNorm(double norm) {
    return rule.score(new StepReading(++step, ABSENT, norm, ABSENT, ABSENT, ABSENT));
  }

  double updateRms(double rms) {
    return rule.score(new StepReading(++step, ABSENT, ABSENT, rms, ABSENT, ABSENT));
  }

  /** Losses 1, 3, 1, 3…: mean 2 and population deviation 1 when their number is even. */
  Steps waves(int count) {
    for (int i = 0; i < count; i++) {
      loss(1 + 2 * (i % 2));
    }
    return this;
  }

  Steps losses(int count, double loss) {
    for (int i = 0; i < count; i++) {
      loss(loss);
    }
    return this;
  }
}
