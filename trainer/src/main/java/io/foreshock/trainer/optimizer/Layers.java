// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The layers of the flat vectors: what all optimizers do around their formula.
 *
 * <p><b>Cost.</b> A model is updated layer by layer, since a layer's vectors fit a cache that the
 * whole model's do not. (A handful of native calls per layer: their fixed cost is that of small
 * models.)
 */
final class Layers {

  /** One layer's update, given its gradient after clipping. */
  interface Formula {
    /**
     * Updates one layer.
     *
     * @param g the gradient; not to be written to
     * @param scratch owner of whatever is made on the way
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

  /** A flat vector's layers, as views. */
  NDList of(NDArray flat) {
    return flat.split(boundaries);
  }

  /** The tensors of a layer's vector, as views. */
  NDList tensors(int layer, NDArray vector) {
    return vector.split(tensorBoundaries.get(layer));
  }

  /** A layer's parameters. */
  NDArray parameters(int layer) {
    return views.get(layer);
  }

  /** Applies a formula to each layer; what it makes is released before the next one. */
  void update(NDArray gradient, NDArray clip, Formula formula) {
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
