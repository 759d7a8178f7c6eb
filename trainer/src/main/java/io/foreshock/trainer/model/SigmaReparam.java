// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * σReparam: matrices whose spectral norm is a separate parameter.
 *
 * <p><b>Definition.</b> W' = (γ/σ(W))·W with a learned γ for each matrix, 1 at the start, and σ(W)
 * its largest singular value by one step of the power iteration in each forward pass: v = Wu/‖Wu‖,
 * u ← Wᵀv/‖Wᵀv‖, σ = vᵀWu. Gradients pass through σ with u and v as constants. u is state and part
 * of a checkpoint.
 *
 * <p><b>Edges.</b> Queries and keys are separate matrices, and so are the two of a gated MLP.
 * {@link #begin} iterates {@value #FIRST_ITERATIONS} times, starting from a vector of ones, instead
 * of the authors' decomposition. A matrix of zeros has no direction and gives NaN. Weight decay
 * applies to γ as to all parameters; on W it only changes how fast its direction moves.
 *
 * <p><b>Source.</b> Zhai et al. 2023, Stabilizing Transformer Training by Preventing Attention
 * Entropy Collapse, section 3; the authors' code begins with γ = σ(W), the paper with 1.
 */
final class SigmaReparam implements LinearLayers {
  static final int FIRST_ITERATIONS = 50;

  private static final float TINY = 1e-12f;

  private final List<Columns> columns;
  private final long[] gainBoundaries;
  private final NDArray directions;
  private final List<NDArray> views; // u of each array of each block, (matrices, width, 1)

  SigmaReparam(NDManager manager, GptConfig config) {
    columns = Columns.ofBlock(config);
    gainBoundaries = boundaries(columns.stream().map(Columns::matrices).toList());
    List<Shape> shapes = new ArrayList<>();
    for (int block = 0; block < config.layers(); block++) {
      columns.forEach(c -> shapes.add(new Shape(c.matrices(), c.width(), 1)));
    }
    directions = manager.ones(new Shape(shapes.stream().mapToLong(Shape::size).sum()));
    NDList pieces = directions.split(boundaries(shapes.stream().map(Shape::size).toList()));
    views = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      views.add(pieces.get(i).reshape(shapes.get(i)));
    }
  }

  private static long[] boundaries(List<Long> sizes) {
    long[] boundaries = new long[sizes.size() - 1];
    long end = 0;
    for (int i = 0; i < boundaries.length; i++) {
      end += sizes.get(i);
      boundaries[i] = end;
    }
    return boundaries;
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("sigma_direction", directions);
  }

  @Override
  public NDArray input(NDArray x) {
    return x;
  }

  @Override
  public BlockWeights weights(int block, BlockWeights weights) {
    List<NDArray> matrices = weights.matrices();
    NDArray gain = weights.sigmaGain();
    if (gain == null) {
      throw new IllegalStateException("block " + block + " has no sigma gain");
    }
    NDList gains = gain.split(gainBoundaries);
    List<NDArray> scaled = new ArrayList<>(matrices.size());
    for (int i = 0; i < matrices.size(); i++) {
      NDArray apart = columns.get(i).apart(matrices.get(i)); // (matrices, in, width)
      NDArray u = views.get(block * columns.size() + i);
      NDArray v = iterate(apart.stopGradient(), u); // (matrices, 1, in)
      NDArray constant = u.duplicate(); // the graph must not see the value of the next step
      constant.attach(apart.getManager());
      NDArray sigma = v.batchMatMul(apart).batchMatMul(constant).reshape(-1); // (matrices)
      scaled.add(columns.get(i).scale(matrices.get(i), gains.get(i).div(sigma)));
    }
    return weights.withMatrices(scaled);
  }

  @Override
  public void begin(int block, BlockWeights weights) {
    for (int i = 0; i < columns.size(); i++) {
      NDArray apart = columns.get(i).apart(weights.matrices().get(i));
      for (int k = 0; k < FIRST_ITERATIONS; k++) {
        iterate(apart, views.get(block * columns.size() + i));
      }
    }
  }

  /** One step of the power iteration: writes u and returns vᵀ (matrices, 1, in). */
  private static NDArray iterate(NDArray w, NDArray u) {
    NDArray v = normalized(w.batchMatMul(u), 1).transpose(0, 2, 1);
    u.set(new NDIndex(":"), normalized(v.batchMatMul(w), 2).transpose(0, 2, 1));
    return v;
  }

  private static NDArray normalized(NDArray vectors, int axis) {
    NDArray norm = vectors.square().sum(new int[] {axis}, true).sqrt();
    return vectors.div(norm.maximum(TINY));
  }
}
