// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TernaryLinearTest {
  private static final int D = 8;
  private static final int ROWS = 6;
  private static final int HEADS = 2;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(6);

  @AfterEach
  void close() {
    manager.close();
  }

  private static GptConfig config(Linear linear) {
    BlockStyle block = new BlockStyle(Norm.LAYERNORM, NormPosition.PRE, Mlp.GELU, linear, false);
    return new GptConfig(1, HEADS, D, 4, 8, Positions.ROTARY, false, 0, 0, block, MuParam.NONE);
  }

  private NDArray gaussians(double scale, long... shape) {
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }

  private BlockWeights weights() {
    return new BlockWeights(
        null,
        gaussians(0.3, D, 2 * D),
        null,
        gaussians(2, D, D),
        gaussians(1e-3, D, D),
        null,
        gaussians(1, D, 4 * D),
        gaussians(1, 4 * D, D),
        null);
  }

  @ParameterizedTest
  @CsvSource({"ABSMEAN, 0.310", "ABSMEDIAN, 0.264"})
  void zeroesThePublishedShareOfGaussianWeights(Linear linear, double share) {
    int size = 600;
    NDArray w = gaussians(0.02, size, size);
    Columns one = new Columns(1, 1, size);
    NDArray rows = w.abs().reshape(1, -1);
    NDArray unit = linear == Linear.ABSMEAN ? rows.mean(new int[] {1}) : Linear.lowerMedian(rows);
    float[] quantized = TernaryLinear.quantize(w, unit, one).toFloatArray();
    int zeros = 0;
    for (float value : quantized) {
      zeros += value == 0 ? 1 : 0;
      assertTrue(value == 0 || Math.abs(value) == 1, "ternary, not " + value);
    }
    // three standard errors of a share over 360,000 weights are 0.0023
    assertEquals(share, zeros / (double) quantized.length, 0.0025);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 1001})
  void medianIsTheLowerOfTheTwoInTheMiddleAsInPyTorch(int count) {
    NDArray rows = gaussians(1, 2, count);
    float[] values = rows.toFloatArray();
    float[] medians = Linear.lowerMedian(rows).toFloatArray();
    for (int row = 0; row < 2; row++) {
      float[] sorted = Arrays.copyOfRange(values, row * count, (row + 1) * count);
      Arrays.sort(sorted);
      assertEquals(sorted[(count - 1) / 2], medians[row]);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Linear.class, names = "FLOAT", mode = EnumSource.Mode.EXCLUDE)
  void productFollowsTheAuthorsLayer(Linear linear) {
    LinearLayers layers = linear.create(manager, config(linear));
    BlockWeights weights = weights();
    NDArray x = gaussians(3, ROWS, D);
    NDArray q = layers.input(x).matMul(layers.weights(0, weights).queryKey());
    NDArray o = layers.input(x).matMul(layers.weights(0, weights).attentionOut());

    float[] out = weights.attentionOut().toFloatArray();
    assertArrayEquals(
        product(linear, x.toFloatArray(), out, D, column -> 0), o.toFloatArray(), 1e-6f);
    // columns are (head, query or key, element): two matrices in one array, each with its own unit
    float[] joint = weights.queryKey().toFloatArray();
    for (int i = 0; i < joint.length; i++) {
      joint[i] *= isKey(i % (2 * D)) == 1 ? 10 : 1;
    }
    NDArray unequal = manager.create(joint, new Shape(D, 2 * D));
    BlockWeights changed =
        new BlockWeights(
            null,
            unequal,
            null,
            weights.value(),
            weights.attentionOut(),
            null,
            weights.mlpIn(),
            weights.mlpOut(),
            null);
    float[] twice = layers.input(x).matMul(layers.weights(0, changed).queryKey()).toFloatArray();
    assertArrayEquals(
        product(linear, x.toFloatArray(), joint, 2 * D, TernaryLinearTest::isKey), twice, 1e-4f);
    float[] once = q.toFloatArray();
    for (int i = 0; i < once.length; i++) { // a unit of its own: queries are not touched
      assertEquals(once[i] * (isKey(i % (2 * D)) == 1 ? 10 : 1), twice[i], 1e-4);
    }
  }

  private static int isKey(int column) {
    return column / (D / HEADS) % 2;
  }

  /** y = x_q·W_q / (s·r), in loops and double precision. */
  private static float[] product(
      Linear linear, float[] x, float[] w, int columns, IntUnaryOperator of) {
    double[] unit = new double[2];
    for (int matrix = 0; matrix < 2; matrix++) {
      int wanted = matrix;
      double[] sizes =
          IntStream.range(0, w.length)
              .filter(i -> of.applyAsInt(i % columns) == wanted)
              .mapToDouble(i -> Math.abs(w[i]))
              .sorted()
              .toArray();
      if (sizes.length > 0) {
        unit[matrix] =
            linear == Linear.ABSMEAN
                ? Arrays.stream(sizes).average().orElseThrow()
                : sizes[(sizes.length - 1) / 2];
      }
    }
    float[] y = new float[x.length / D * columns];
    for (int row = 0; row < x.length / D; row++) {
      double[] n = normalized(Arrays.copyOfRange(x, row * D, (row + 1) * D));
      double s = 128 / Math.max(Arrays.stream(n).map(Math::abs).max().orElseThrow(), 1e-5);
      for (int column = 0; column < columns; column++) {
        double r = 1 / Math.max(unit[of.applyAsInt(column)], 1e-5);
        double sum = 0;
        for (int i = 0; i < D; i++) {
          double activation = clamp(Math.rint(s * n[i]), -128, 127);
          sum += activation * clamp(Math.rint(r * w[i * columns + column]), -1, 1);
        }
        y[row * columns + column] = (float) (sum / (s * r));
      }
    }
    return y;
  }

  private static double[] normalized(float[] x) {
    double mean = 0;
    for (float value : x) {
      mean += value / (double) x.length;
    }
    double variance = 0;
    for (float value : x) {
      variance += (value - mean) * (value - mean) / x.length;
    }
    double[] normalized = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normalized[i] = (x[i] - mean) / Math.sqrt(variance + 1e-6);
    }
    return normalized;
  }

  private static double clamp(double value, double from, double to) {
    return Math.max(from, Math.min(to, value));
  }

  @ParameterizedTest
  @EnumSource(value = Linear.class, names = "FLOAT", mode = EnumSource.Mode.EXCLUDE)
  void gradientPassesStraightThroughToTheWeights(Linear linear) {
    LinearLayers layers = linear.create(manager, config(linear));
    BlockWeights weights = weights();
    NDArray upstream = gaussians(1, D, 2 * D);
    weights.queryKey().setRequiresGradient(true);
    try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
      tape.backward(layers.weights(0, weights).queryKey().mul(upstream).sum());
    }
    assertArrayEquals(upstream.toFloatArray(), weights.queryKey().getGradient().toFloatArray());
  }

  @Test
  void gradientPassesTheQuantizedInputAsItPassesTheNormalization() {
    float[] quantized = inputGradient(Linear.ABSMEAN.create(manager, config(Linear.ABSMEAN)));
    LayerNorm norm = new LayerNorm(manager, D);
    float[] exact =
        inputGradient(
            new LinearLayers() {
              @Override
              public NDArray input(NDArray x) {
                return norm.apply(x);
              }

              @Override
              public BlockWeights weights(int block, BlockWeights weights) {
                return weights;
              }
            });
    assertArrayEquals(exact, quantized);
  }

  private float[] inputGradient(LinearLayers layers) {
    Random same = new Random(1);
    float[] values = new float[2 * ROWS * D];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) same.nextGaussian();
    }
    NDArray x = manager.create(Arrays.copyOf(values, ROWS * D), new Shape(ROWS, D));
    NDArray upstream =
        manager.create(Arrays.copyOfRange(values, ROWS * D, 2 * ROWS * D), new Shape(ROWS, D));
    x.setRequiresGradient(true);
    try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
      tape.backward(layers.input(x).mul(upstream).sum());
    }
    return x.getGradient().toFloatArray();
  }

  @Test
  void zerosStayZeros() {
    LinearLayers layers = Linear.ABSMEAN.create(manager, config(Linear.ABSMEAN));
    NDArray none = manager.zeros(new Shape(D, D));
    BlockWeights weights =
        weights().withMatrices(weights().matrices()); // the others may be anything
    BlockWeights zeros =
        new BlockWeights(
            null,
            weights.queryKey(),
            null,
            none,
            none,
            null,
            weights.mlpIn(),
            weights.mlpOut(),
            null);

    assertArrayEquals(new float[D * D], layers.weights(0, zeros).value().toFloatArray());
    assertArrayEquals(
        new float[ROWS * D], layers.input(manager.zeros(new Shape(ROWS, D))).toFloatArray());
  }
}
