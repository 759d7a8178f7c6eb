// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of one signal of one layer over some steps.
 *
 * @param layer null for a whole-step signal
 * @param steps the steps, rising
 * @param values the values at these steps; NaN where the value was sent but not finite
 */
public record Track(Signal signal, @Nullable String layer, long[] steps, double[] values) {
  public Track {
    if (steps.length != values.length) {
      throw new IllegalArgumentException(
          "values = " + values.length + ": expected as many as steps, " + steps.length);
    }
  }

  /** A track without values. */
  public static Track empty(Signal signal, @Nullable String layer) {
    return new Track(signal, layer, new long[0], new double[0]);
  }

  /** Number of values. */
  public int size() {
    return steps.length;
  }

  /** Index of the first step from {@code step} on; {@link #size()} when there is none. */
  public int from(long step) {
    int at = Arrays.binarySearch(steps, step);
    return at >= 0 ? at : -at - 1;
  }

  /** Returns the part from step {@code first} to {@code last}, both included. */
  public Track between(long first, long last) {
    int from = from(first);
    int to = Math.max(from, last == Long.MAX_VALUE ? size() : from(last + 1));
    return new Track(
        signal, layer, Arrays.copyOfRange(steps, from, to), Arrays.copyOfRange(values, from, to));
  }

  /** Returns this track followed by another one of later steps. */
  public Track then(Track later) {
    long[] allSteps = Arrays.copyOf(steps, size() + later.size());
    double[] allValues = Arrays.copyOf(values, size() + later.size());
    System.arraycopy(later.steps, 0, allSteps, size(), later.size());
    System.arraycopy(later.values, 0, allValues, size(), later.size());
    return new Track(signal, layer, allSteps, allValues);
  }
}
