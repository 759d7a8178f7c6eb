// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;

/**
 * A condition that counts once it has held for {@value #SAMPLES} samples in a row that cover at
 * least {@value #STEPS} steps, because a single value past a threshold is noise.
 */
public final class Hold {
  /** Number of samples: enough against noise, and few enough to be in time in a sparse log. */
  public static final int SAMPLES = 3;

  /** Number of steps, first to last: averages of dense logs move little from step to step. */
  public static final int STEPS = 5;

  private int held;
  private long since;

  /** Adds the condition at the next sample; returns whether it has held long enough. */
  public boolean holds(long step, boolean condition) {
    if (!condition) {
      held = 0;
    } else if (held++ == 0) {
      since = step;
    }
    return held >= SAMPLES && step - since >= STEPS;
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    held = (int) state.integer(held);
    since = state.integer(since);
  }
}
