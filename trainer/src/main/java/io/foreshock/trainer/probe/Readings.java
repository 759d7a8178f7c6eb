// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects scalars and transfers them to the host at once.
 *
 * <p><b>Cost.</b> Adding a scalar keeps a reference; {@link #read} stacks them all and transfers
 * once.
 */
final class Readings {

  /** {@link Reading#layer} of a signal of the whole step. */
  static final int WHOLE_STEP = -1;

  /**
   * What a scalar means.
   *
   * @param layer index of the layer, or {@link #WHOLE_STEP}
   * @param signal signal as which it is reported
   * @param scale factor of the scalar
   * @param root whether the signal is the square root of the scaled scalar
   */
  record Reading(int layer, Signal signal, double scale, boolean root) {
    double value(double scalar) {
      return root ? Math.sqrt(scalar * scale) : scalar * scale + 0.0; // no negative zero
    }
  }

  /**
   * A scalar on the host.
   *
   * @param reading its meaning
   * @param scalar value as it was reduced
   */
  record Arrived(Reading reading, double scalar) {
    double value() {
      return reading.value(scalar);
    }
  }

  private final List<Reading> readings = new ArrayList<>();
  private final List<NDArray> scalars = new ArrayList<>();

  void clear() {
    readings.clear();
    scalars.clear();
  }

  /** Adds a scalar; the step's manager must own it. */
  void add(Reading reading, NDArray scalar) {
    readings.add(reading);
    scalars.add(scalar);
  }

  /** Transfers all scalars to the host, in the order in which they were added. */
  List<Arrived> read(NDManager step) {
    try (NDArray stacked = NDArrays.stack(new NDList(scalars))) {
      stacked.attach(step);
      float[] values = stacked.toFloatArray();
      List<Arrived> arrived = new ArrayList<>(values.length);
      for (int i = 0; i < values.length; i++) {
        arrived.add(new Arrived(readings.get(i), values[i]));
      }
      return arrived;
    }
  }
}
