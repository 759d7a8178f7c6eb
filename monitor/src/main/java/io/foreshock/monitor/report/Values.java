// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values by step, sorted; nearly always they arrive in order. The first value of a step counts. */
public final class Values {
  private long[] steps = new long[16];
  private double[] values = new double[16];
  private int size;

  public void put(long step, double value) {
    int at = size;
    if (size > 0 && step <= steps[size - 1]) {
      at = Arrays.binarySearch(steps, 0, size, step);
      if (at >= 0) {
        return;
      }
      at = -at - 1;
    }
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    System.arraycopy(steps, at, steps, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    steps[at] = step;
    values[at] = value;
    size++;
  }

  public Track track(Signal signal, @Nullable String layer) {
    return new Track(signal, layer, Arrays.copyOf(steps, size), Arrays.copyOf(values, size));
  }
}
