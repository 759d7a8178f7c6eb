// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;

/**
 * A condition that counts once it has held for {@value #SAMPLES} samples in a row, because a single
 * value past a threshold is noise.
 */
public final class Hold {
  /** Number of samples: enough against noise, and few enough to be in time in a sparse log. */
  public static final int SAMPLES = 3;

  private int held;

  /** Adds the condition at the next sample; returns whether it has held long enough. */
  public boolean holds(boolean condition) {
    held = condition ? held + 1 : 0;
    return held >= SAMPLES;
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    held = (int) state.integer(held);
  }
}
