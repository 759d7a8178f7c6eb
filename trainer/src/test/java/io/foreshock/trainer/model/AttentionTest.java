// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention against the textbook's loops. */
class AttentionTest {
  private static final int T = 4;
  private static final int B = 2;
  private static final int H = 2;
  private static final int E = 4;
  private static final int D = H * E;

  private final Random random = new Random(2);
  private final double[][] x = matrix(T * B, D);
  private final double[][] queryKey = matrix(D, 2 * D);
  private final double[][] value = matrix(D, D);
  private final double[][] out = matrix(D, D);

  private double[][] matrix(int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @EnumSource(Positions.class)
  void followsTheTextbook(Positions positions) {
    followsTheTextbook(positions, MuParam.NONE, Math.sqrt(E));
  }

  @ParameterizedTest
  @EnumSource(Positions.class)
  void fullMuParamDividesByTheHeadWidth(Positions positions) {
    followsTheTextbook(positions, new MuParam(MuParam.Kind.FULL, 256), E);
  }

  private void followsTheTextbook(Positions positions, MuParam muParam, double divisor) {
    GptConfig config =
        new GptConfig(1, H, D, T, 8, positions, false, 0, 0, BlockStyle.GPT, muParam);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray weights = null;
      BlockWeights block =
          new BlockWeights(
              weights,
              array(manager, queryKey),
              null,
              array(manager, value),
              array(manager, out),
              weights,
              weights,
              weights,
              null);
      float[][] scores = new float[1][];
      NDArray result =
          new Attention(manager, config, LinearLayers.PLAIN)
              .apply(array(manager, x), block, 0, new ScoreTap(scores));

      assertArrayEquals(flat(expected(positions, divisor)), result.toFloatArray(), 1e-4f);
    }
  }

  private record ScoreTap(float[][] scores) implements LogitTap {
    @Override
    public void attention(int block, NDArray values, NDArray weights) {
      scores[0] = values.toFloatArray();
    }

    @Override
    public void output(int layer, NDArray output) {}

    @Override
    public void head(NDArray logits, NDArray logZ, NDArray loss) {}
  }

  @Test
  void rotaryScoresDependOnTheDistanceOnly() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Rotary rotary = new Rotary(manager, T, E, 1);
      float[] same = new float[T * E];
      for (int i = 0; i < same.length; i++) {
        same[i] = 1 + i % E;
      }
      float[] turned = rotary.apply(manager.create(same, new Shape(T, 1, E))).toFloatArray();
      float[] products = new float[T - 1];
      float[] expected = new float[T - 1];
      for (int t = 0; t + 1 < T; t++) {
        for (int e = 0; e < E; e++) {
          products[t] += turned[t * E + e] * turned[(t + 1) * E + e];
          expected[t] += turned[e] * turned[E + e];
        }
      }
      assertArrayEquals(expected, products, 1e-4f);
    }
  }

  private double[][] expected(Positions positions, double divisor) {
    double[][] mixed = new double[T * B][D];
    for (int b = 0; b < B; b++) {
      for (int h = 0; h < H; h++) {
        for (int query = 0; query < T; query++) {
          double[] weights = weights(positions, divisor, b, h, query);
          for (int key = 0; key <= query; key++) {
            double[] v = columns(x[key * B + b], value, h * E);
            for (int e = 0; e < E; e++) {
              mixed[query * B + b][h * E + e] += weights[key] * v[e];
            }
          }
        }
      }
    }
    double[][] result = new double[T * B][];
    for (int row = 0; row < T * B; row++) {
      result[row] = product(mixed[row], out);
    }
    return result;
  }

  private double[] weights(Positions positions, double divisor, int b, int h, int query) {
    double[] q = turned(positions, columns(x[query * B + b], queryKey, h * 2 * E), query);
    double[] weights = new double[query + 1];
    double sum = 0;
    for (int key = 0; key <= query; key++) {
      double[] k = turned(positions, columns(x[key * B + b], queryKey, h * 2 * E + E), key);
      double score = 0;
      for (int e = 0; e < E; e++) {
        score += q[e] * k[e];
      }
      weights[key] = Math.exp(score / divisor);
      sum += weights[key];
    }
    for (int key = 0; key <= query; key++) {
      weights[key] /= sum;
    }
    return weights;
  }

  private static double[] turned(Positions positions, double[] vector, int t) {
    if (positions == Positions.LEARNED) {
      return vector;
    }
    double[] turned = new double[E];
    for (int i = 0; i < E / 2; i++) {
      double angle = t * Math.pow(10_000, -2.0 * i / E);
      double one = vector[i];
      double other = vector[i + E / 2];
      turned[i] = one * Math.cos(angle) - other * Math.sin(angle);
      turned[i + E / 2] = other * Math.cos(angle) + one * Math.sin(angle);
    }
    return turned;
  }

  private static double[] columns(double[] row, double[][] matrix, int from) {
    double[] all = product(row, matrix);
    double[] some = new double[E];
    System.arraycopy(all, from, some, 0, E);
    return some;
  }

  private static double[] product(double[] row, double[][] matrix) {
    double[] result = new double[matrix[0].length];
    for (int i = 0; i < row.length; i++) {
      for (int j = 0; j < result.length; j++) {
        result[j] += row[i] * matrix[i][j];
      }
    }
    return result;
  }

  private static NDArray array(NDManager manager, double[][] matrix) {
    return manager.create(flat(matrix), new Shape(matrix.length, matrix[0].length));
  }

  private static float[] flat(double[][] matrix) {
    float[] flat = new float[matrix.length * matrix[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) matrix[i / matrix[0].length][i % matrix[0].length];
    }
    return flat;
  }
}
