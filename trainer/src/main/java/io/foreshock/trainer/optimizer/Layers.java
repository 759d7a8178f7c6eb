// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The layers of the flat vectors, with the parts of an update that all optimizers share.
 *
 * <p><b>Cost.</b> A model is updated layer by layer, because the vectors of a layer fit a cache,
 * while those of the whole model do not. Each layer needs a few native calls, whose fixed cost
 * matters for small models.
 */
final class Layers {

  /** One layer's update, given its gradient after clipping. */
  interface Formula {
    /**
     * Updates one layer.
     *
     * @param g the gradient; not to be written to
     * @param scratch owner of intermediate arrays
     */
    void update(int layer, NDArray g, NDManager scratch);
  }

  private final NDArray parameters;
  private final List<List<Tensor>> tensors;
  private final NDList views;
  private final long[] boundaries;
  private final List<long[]> tensorBoundaries;

  /** The layers of {@code parameters}, which {@code tensors} cover in their order. */
  Layers(NDArray parameters, List<Tensor> tensors) {
    this.parameters = parameters;
    this.tensors =
        List.copyOf(
            tensors.stream()
                .collect(Collectors.groupingBy(Tensor::layer, TreeMap::new, Collectors.toList()))
                .values());
    boundaries = this.tensors.stream().skip(1).mapToLong(layer -> layer.get(0).offset()).toArray();
    tensorBoundaries = this.tensors.stream().map(Layers::within).toList();
    views = of(parameters);
  }

  private static long[] within(List<Tensor> layer) {
    long start = layer.get(0).offset();
    return layer.stream().skip(1).mapToLong(tensor -> tensor.offset() - start).toArray();
  }

  /** The tensors of each layer. */
  List<List<Tensor>> tensors() {
    return tensors;
  }

  /** A vector of zeros as long as the parameters. */
  NDArray zeros(NDManager manager) {
    return manager.zeros(parameters.getShape());
  }

  /** Returns the layers of a flat vector, as views. */
  NDList of(NDArray flat) {
    return flat.split(boundaries);
  }

  /** Returns the tensors of a layer's vector, as views. */
  NDList tensors(int layer, NDArray vector) {
    return vector.split(tensorBoundaries.get(layer));
  }

  /** A layer's parameters. */
  NDArray parameters(int layer) {
    return views.get(layer);
  }

  /** Applies a formula to each layer; its arrays are released before the next layer. */
  void update(NDArray gradient, @Nullable NDArray clip, Formula formula) {
    NDList gradients = of(gradient);
    for (int layer = 0; layer < gradients.size(); layer++) {
      try (NDManager scratch = gradient.getManager().newSubManager()) {
        NDArray g = gradients.get(layer);
        g.attach(scratch);
        formula.update(layer, clip == null ? g : g.mul(clip), scratch);
      }
    }
  }
}
