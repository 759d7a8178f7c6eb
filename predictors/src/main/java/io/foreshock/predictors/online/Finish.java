// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Signs that a run without a plan has finished without saying so.
 *
 * <p><b>Definition.</b> It looks finished when its learning rate has decayed to {@value #DECAYED}
 * of the highest one or less, because most schedules end at 0 or at a tenth; or when its newest
 * step, that step counted from 1, or the next step of the same spacing has at most two digits that
 * are not trailing zeros (1,000, 15,000), as plans have.
 *
 * <p><b>Edges.</b> A run that hangs at such a step is not told from one that finished.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1), no allocation. <b>Source.</b> Our own.
 */
final class Finish {
  private static final double DECAYED = 0.11;

  private double highestRate;
  private double rate = Double.NaN;
  private long step;
  private long spacing = 1;

  /** Adds a line of a step. */
  void add(Sample sample) {
    double newRate = sample.get(Signal.LEARNING_RATE);
    if (!Double.isNaN(newRate)) {
      rate = newRate;
      highestRate = Math.max(highestRate, newRate);
    }
    if (sample.step() != step) {
      spacing = Math.max(1, sample.step() - step);
      step = sample.step();
    }
  }

  /** Whether the run looks finished. */
  boolean isLikely() {
    boolean decayed = rate <= DECAYED * highestRate; // false without a learning rate
    return decayed || isRound(step) || isRound(step + 1) || isRound(step + spacing);
  }

  void exchange(State state) {
    highestRate = state.real(highestRate);
    rate = state.real(rate);
    step = state.integer(step);
    spacing = state.integer(spacing);
  }

  private static boolean isRound(long number) {
    long rest = number;
    while (rest >= 100 && rest % 10 == 0) {
      rest /= 10;
    }
    return rest < 100;
  }
}
