// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts of a block against their definitions. */
class BlockStyleTest {
  private static final int ROWS = 3;
  private static final int D = 8;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(8);

  @AfterEach
  void close() {
    manager.close();
  }

  private float[] gaussians(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (1 + 2 * random.nextGaussian());
    }
    return values;
  }

  private float[] normalized(Norm norm, float[] x, float[] gain) {
    return norm.create(manager, D)
        .apply(manager.create(x, new Shape(ROWS, D)), manager.create(gain))
        .toFloatArray();
  }

  private static float[] expected(float[] x, float[] gain, boolean centered) {
    float[] result = new float[x.length];
    for (int row = 0; row < x.length; row += D) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < D; i++) {
        mean += centered ? x[row + i] / D : 0;
      }
      for (int i = 0; i < D; i++) {
        square += Math.pow(x[row + i] - mean, 2) / D;
      }
      for (int i = 0; i < D; i++) {
        result[row + i] = (float) ((x[row + i] - mean) / Math.sqrt(square + 1e-6) * gain[i]);
      }
    }
    return result;
  }

  @Test
  void normsFollowTheirDefinitions() {
    float[] x = gaussians(ROWS * D);
    float[] gain = gaussians(D);

    assertArrayEquals(expected(x, gain, true), normalized(Norm.LAYERNORM, x, gain), 2e-5f);
    assertArrayEquals(expected(x, gain, false), normalized(Norm.RMSNORM, x, gain), 2e-5f);
  }

  @Test
  void swigluGatesOneHalfOfTheColumnsWithTheOther() {
    int hidden = (int) Mlp.SWIGLU.hidden(D);
    float[] x = gaussians(ROWS * 2 * hidden);
    float[] expected = new float[ROWS * hidden];
    for (int i = 0; i < expected.length; i++) {
      double gate = x[i / hidden * 2 * hidden + i % hidden];
      double up = x[i / hidden * 2 * hidden + hidden + i % hidden];
      expected[i] = (float) (gate / (1 + Math.exp(-gate)) * up);
    }
    NDArray result = Mlp.SWIGLU.activate(manager.create(x, new Shape(ROWS, 2L * hidden)));

    assertArrayEquals(expected, result.toFloatArray(), 2e-5f);
  }

  @Test
  void swigluIsAboutAsLargeAsGelu() {
    assertEquals(88, Mlp.SWIGLU.hidden(32)); // 8/3 · 32 = 85.3
    assertEquals(176, Mlp.SWIGLU.hidden(64)); // 170.7
    assertEquals(128, Mlp.SWIGLU.hidden(48)); // exactly 128
    assertEquals(2 * 88, Mlp.SWIGLU.columns(32));
  }

  @Test
  void normStandsBeforeOrAfterTheSum() {
    UnaryOperator<NDArray> doubled = x -> x.mul(2);
    UnaryOperator<NDArray> squared = NDArray::square;
    float[] x = {3};

    assertEquals(3 + 9 * 2, NormPosition.PRE.join(manager.create(x), squared, doubled).getFloat(0));
    assertEquals(
        Math.pow(3 + 3 * 2, 2),
        NormPosition.POST.join(manager.create(x), squared, doubled).getFloat(0));
  }

  @Test
  void postNormHasNoNormBeforeTheHead() {
    assertTrue(hasHeadNorm(NormPosition.PRE));
    assertFalse(hasHeadNorm(NormPosition.POST));
  }

  private static boolean hasHeadNorm(NormPosition position) {
    BlockStyle block = new BlockStyle(Norm.LAYERNORM, position, Mlp.GELU);
    GptConfig config =
        new GptConfig(1, 1, D, 4, 8, Positions.ROTARY, false, 0, 0, block, MuParam.NONE);
    return new ParameterLayout(config)
        .parameters().stream().anyMatch(parameter -> parameter.name().equals("head.norm"));
  }
}
