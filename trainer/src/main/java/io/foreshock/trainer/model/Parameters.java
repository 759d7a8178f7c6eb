// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.Random;

/**
 * A model's parameters: one flat vector, and a recorded leaf over the same memory for each step.
 *
 * <p><b>Threads.</b> For the training thread only.
 */
public final class Parameters {

  private final NDArray flat;

  /** Parameters at their initial values, a pure function of the seed. */
  public Parameters(NDManager manager, ParameterLayout layout, long seed) {
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(layout.size()));
    Random random = new Random(seed);
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      parameter.initialization().fill(values, parameter.size(), random);
    }
    flat = manager.zeros(new Shape(layout.size()));
    assign(flat, values.array());
  }

  /**
   * Overwrites an array in place. ({@link NDArray#set(java.nio.Buffer)} would give the array new
   * memory, which its views would not see.)
   */
  public static void assign(NDArray array, float[] values) {
    try (NDArray source = array.getManager().create(values)) {
      array.set(new NDIndex(":"), source);
    }
  }

  /** All elements in the layout's order; the optimizer updates them in place. */
  public NDArray flat() {
    return flat;
  }

  /**
   * Creates a new leaf of the graph over the parameters' memory. Because it is new, it has no
   * gradient that would have to be zeroed or added to.
   *
   * @param step the step's manager; closing it releases the leaf and its gradient
   */
  public NDArray leaf(NDManager step) {
    NDArray leaf = flat.stopGradient();
    leaf.attach(step); // it is created in the parameters' manager and would stay there
    leaf.setRequiresGradient(true);
    return leaf;
  }
}
