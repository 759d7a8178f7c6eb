// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigmaReparamTest {
  private static final int D = 8;
  private static final GptConfig CONFIG =
      new GptConfig(
          1,
          2,
          D,
          4,
          8,
          Positions.ROTARY,
          false,
          0,
          0,
          new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.SWIGLU, Linear.FLOAT, true),
          MuParam.NONE);
  private static final List<Columns> COLUMNS = Columns.ofBlock(CONFIG);
  private static final int MATRICES = 7; // q, k, v, o, gate, up, out

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(9);
  private final SigmaReparam layers = new SigmaReparam(manager, CONFIG);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray gaussians(Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  private BlockWeights weights(float[] gains) {
    long hidden = Mlp.SWIGLU.hidden(D);
    return new BlockWeights(
        null,
        gaussians(new Shape(D, 2 * D)),
        null,
        gaussians(new Shape(D, D)),
        gaussians(new Shape(D, D)),
        null,
        gaussians(new Shape(D, 2 * hidden)),
        gaussians(new Shape(hidden, D)),
        manager.create(gains));
  }

  private static float[] gains() {
    return new float[] {1, 2, 3, 4, 5, 6, 7};
  }

  /** Largest singular value, by a thousand iterations in double precision. */
  private static double spectralNorm(NDArray matrix) {
    int rows = (int) matrix.getShape().get(0);
    int columns = (int) matrix.getShape().get(1);
    float[] w = matrix.toFloatArray();
    double[] u = new double[columns];
    Arrays.fill(u, 1);
    double sigma = 0;
    for (int k = 0; k < 1000; k++) {
      double[] v = new double[rows];
      double[] next = new double[columns];
      for (int i = 0; i < w.length; i++) {
        v[i / columns] += w[i] * u[i % columns];
      }
      for (int i = 0; i < w.length; i++) {
        next[i % columns] += w[i] * v[i / columns];
      }
      sigma = Math.sqrt(norm(next));
      double length = norm(next);
      for (int i = 0; i < columns; i++) {
        u[i] = next[i] / length;
      }
    }
    return sigma;
  }

  private static double norm(double[] vector) {
    double square = 0;
    for (double value : vector) {
      square += value * value;
    }
    return Math.sqrt(square);
  }

  private static double norm(NDArray array) {
    return array.norm().getFloat();
  }

  private NDList apart(BlockWeights weights) {
    NDList all = new NDList();
    for (int i = 0; i < COLUMNS.size(); i++) {
      NDArray matrices = COLUMNS.get(i).apart(weights.matrices().get(i));
      for (int k = 0; k < COLUMNS.get(i).matrices(); k++) {
        all.add(matrices.get(k));
      }
    }
    return all;
  }

  @Test
  void spectralNormOfEachMatrixIsItsGain() {
    BlockWeights weights = weights(gains());
    layers.begin(0, weights);
    NDList before = apart(weights);
    NDList after = apart(layers.weights(0, weights));

    assertEquals(MATRICES, after.size());
    for (int i = 0; i < MATRICES; i++) {
      double sigma = spectralNorm(before.get(i));
      // fifty iterations leave the share that close singular values allow
      assertEquals(i + 1, spectralNorm(after.get(i)), 0.02 * (i + 1), "matrix " + i);
      assertEquals(norm(before.get(i)) * (i + 1) / sigma, norm(after.get(i)), 0.02 * (i + 1) * D);
    }
  }

  @Test
  void oneStepOfThePowerIterationInEachPass() {
    BlockWeights weights = weights(gains());
    float[] w = weights.value().toFloatArray();
    double[] u = new double[D];
    Arrays.fill(u, 1); // as it is before begin
    for (int pass = 0; pass < 3; pass++) {
      double[] v = new double[D];
      double[] next = new double[D];
      for (int i = 0; i < w.length; i++) {
        v[i / D] += w[i] * u[i % D];
      }
      double length = norm(v);
      for (int i = 0; i < w.length; i++) {
        next[i % D] += w[i] * v[i / D] / length;
      }
      double sigma = norm(next); // vᵀWu with u = Wᵀv/‖Wᵀv‖
      for (int i = 0; i < D; i++) {
        u[i] = next[i] / sigma;
      }
      float[] expected = new float[w.length];
      for (int i = 0; i < w.length; i++) {
        expected[i] = (float) (3 / sigma * w[i]); // the third matrix
      }
      assertArrayEquals(
          expected, layers.weights(0, weights).value().toFloatArray(), 1e-5f, "pass " + pass);
    }
    float[] state = layers.state().get("sigma_direction").toFloatArray();
    for (int i = 0; i < D; i++) {
      assertEquals(u[i], state[2 * D + i], 1e-5); // after those of queries and keys
    }
  }

  @Test
  void gradientsAgreeWithFiniteDifferencesAndNeverPointAlongTheMatrix() {
    BlockWeights weights = weights(gains());
    for (int k = 0; k < 40; k++) {
      layers.begin(0, weights); // until u is the singular vector, which is what σ's gradient is of
    }
    NDArray upstream = gaussians(new Shape(D, 2 * D));
    weights.queryKey().setRequiresGradient(true);
    weights.sigmaGain().setRequiresGradient(true);
    try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
      tape.backward(layers.weights(0, weights).queryKey().mul(upstream).sum());
    }
    NDArray gradient = weights.queryKey().getGradient();
    NDArray gains = weights.sigmaGain().getGradient();

    NDArray start = weights.queryKey().stopGradient();
    double h = 1e-2 / norm(gradient);
    double slope =
        (value(weights, start.add(gradient.mul(h)), upstream)
                - value(weights, start.sub(gradient.mul(h)), upstream))
            / (2 * h);
    assertEquals(norm(gradient) * norm(gradient), slope, 0.01 * Math.abs(slope));
    // scaling a matrix changes nothing, so its gradient is perpendicular to it
    NDArray along = COLUMNS.get(0).apart(start.mul(gradient)).reshape(2, -1).sum(new int[] {1});
    assertArrayEquals(new float[2], along.toFloatArray(), 1e-4f);
    // W'/γ = W/σ, summed against what comes from above
    NDArray direct =
        COLUMNS
            .get(0)
            .apart(layers.weights(0, weights).queryKey().stopGradient().mul(upstream))
            .reshape(2, -1)
            .sum(new int[] {1})
            .div(manager.create(new float[] {1, 2}));
    float[] expected = new float[MATRICES];
    System.arraycopy(direct.toFloatArray(), 0, expected, 0, 2);
    assertArrayEquals(expected, gains.toFloatArray(), 1e-4f);
  }

  private double value(BlockWeights weights, NDArray queryKey, NDArray upstream) {
    BlockWeights moved =
        new BlockWeights(
            null,
            queryKey,
            null,
            weights.value(),
            weights.attentionOut(),
            null,
            weights.mlpIn(),
            weights.mlpOut(),
            weights.sigmaGain());
    layers.begin(0, moved);
    layers.begin(0, moved);
    return layers.weights(0, moved).queryKey().stopGradient().mul(upstream).sum().getFloat();
  }
}
