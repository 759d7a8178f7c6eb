// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Linear layers of BitNet b1.58, trained with the precision of their later use: ternary weights and
 * activations of 8 bits.
 *
 * <p><b>Definition.</b> x̃ = layernorm(x), without a gain; s = 128 / max(max|x̃|, 1e-5) for each
 * token, x_q = clamp(round(s·x̃), −128, 127). r = 1 / max(M(|W|), 1e-5) for each matrix, M its mean
 * or median, W_q = clamp(round(r·W), −1, 1). y = x_q·W_q / (s·r). Rounding and clamping pass the
 * gradient unchanged, q(z) = z + stop(quantized(z) − z), and the scales are constants for it. The
 * parameters are the full-precision weights W.
 *
 * <p>The code computes (x_q/s)·(W_q/r), which is equal except for the rounding of float32.
 *
 * <p><b>Edges.</b> Queries and keys are separate matrices, and so are the two of a gated MLP. A
 * matrix or token that is all zeros stays zero. <b>Source.</b> Nielsen and Schneider-Kamp 2024,
 * BitNet b1.58 Reloaded, and the authors' package bitlinear; ε of the layer normalization is 1e-6,
 * as everywhere in this package, instead of 1e-5.
 */
final class TernaryLinear implements LinearLayers {
  private static final float TINY = 1e-5f;
  private static final int[] LAST = {-1};

  private final List<Columns> columns;
  private final UnaryOperator<NDArray> measure;
  private final Map<Long, LayerNorm> norms;

  /**
   * Layers of a model.
   *
   * @param measure M of each row of (matrices, elements of a matrix)
   */
  TernaryLinear(NDManager manager, GptConfig config, UnaryOperator<NDArray> measure) {
    this.measure = measure;
    columns = Columns.ofBlock(config);
    long hidden = config.block().mlp().hidden(config.width());
    norms =
        Map.of(
            (long) config.width(),
            new LayerNorm(manager, config.width()),
            hidden,
            new LayerNorm(manager, Math.toIntExact(hidden)));
  }

  @Override
  public NDArray input(NDArray x) {
    LayerNorm norm = norms.get(x.getShape().get(1));
    if (norm == null) {
      throw new IllegalArgumentException(
          "input " + x.getShape() + ": expected width or hidden units");
    }
    NDArray normalized = norm.apply(x);
    NDArray exact = normalized.stopGradient();
    NDArray scale = exact.abs().max(LAST, true).maximum(TINY).pow(-1).muli(128); // (N, 1)
    NDArray quantized = exact.mul(scale).round().clip(-128, 127).divi(scale);
    return normalized.add(quantized.subi(exact));
  }

  @Override
  public BlockWeights weights(int block, BlockWeights weights) {
    List<NDArray> matrices = weights.matrices();
    List<NDArray> ternary = new ArrayList<>(matrices.size());
    for (int i = 0; i < matrices.size(); i++) {
      NDArray exact = matrices.get(i).stopGradient();
      NDArray size = size(exact, columns.get(i));
      NDArray quantized = columns.get(i).scale(quantize(exact, size, columns.get(i)), size);
      ternary.add(matrices.get(i).add(quantized.subi(exact)));
    }
    return weights.withMatrices(ternary);
  }

  /** max(M(|W|), 1e-5) of each matrix, (matrices). */
  private NDArray size(NDArray exact, Columns columns) {
    NDArray rows = columns.apart(exact.abs()).reshape(columns.matrices(), -1);
    return measure.apply(rows).maximum(TINY);
  }

  /** W_q: −1, 0 and 1. */
  static NDArray quantize(NDArray exact, NDArray size, Columns columns) {
    return columns.scale(exact, size.pow(-1)).round().clip(-1, 1);
  }
}
