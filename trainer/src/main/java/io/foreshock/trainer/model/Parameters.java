// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A model's parameters: one flat vector, and for each step a recorded leaf over the same memory.
 *
 * <p><b>Threads.</b> For the training thread only.
 */
public final class Parameters {

  /**
   * The parameters as one step's graph sees them.
   *
   * @param leaf the flat vector; after the backward pass its gradient is the whole gradient
   * @param arrays the parameters in the layout's order, views of the leaf
   */
  public record Recorded(NDArray leaf, List<NDArray> arrays) {}

  private final ParameterLayout layout;
  private final NDArray flat;

  /** Parameters at their initial values, a pure function of the seed. */
  public Parameters(NDManager manager, ParameterLayout layout, long seed) {
    this.layout = layout;
    FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(layout.size()));
    Random random = new Random(seed);
    for (ParameterLayout.Parameter parameter : layout.parameters()) {
      parameter.initialization().fill(values, parameter.size(), random);
    }
    flat = manager.zeros(new Shape(layout.size()));
    assign(flat, values.array());
  }

  /**
   * Overwrites an array in place. ({@link NDArray#set(java.nio.Buffer)} would give the array other
   * memory and leave views of it behind.)
   */
  public static void assign(NDArray array, float[] values) {
    try (NDArray source = array.getManager().create(values)) {
      array.set(new NDIndex(":"), source);
    }
  }

  /** All elements in the layout's order; what the optimizer updates in place. */
  public NDArray flat() {
    return flat;
  }

  /**
   * A fresh leaf over the parameters' memory. Being fresh it has no gradient yet, so none has to be
   * zeroed and the first one is taken over and not added.
   *
   * @param step the step's manager; closing it releases the leaf, its views and its gradient
   */
  public Recorded record(NDManager step) {
    NDArray leaf = flat.stopGradient();
    leaf.attach(step); // it is born into the parameters' manager and would stay there
    leaf.setRequiresGradient(true);
    NDList pieces = leaf.split(layout.boundaries());
    List<NDArray> arrays = new ArrayList<>(pieces.size());
    for (int i = 0; i < pieces.size(); i++) {
      Shape shape = layout.parameters().get(i).shape();
      arrays.add(shape.dimension() == 1 ? pieces.get(i) : pieces.get(i).reshape(shape));
    }
    return new Recorded(leaf, arrays);
  }
}
