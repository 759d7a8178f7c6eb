// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MantissaTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static float[] numbers() {
    Random random = new Random(4);
    float[] numbers = new float[1000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
    }
    numbers[0] = 0;
    numbers[1] = 1;
    return numbers;
  }

  /** The nearest number of that many significant bits, ties to even. */
  private static float nearest(float x, int bits) {
    if (x == 0) {
      return 0;
    }
    double unit = Math.scalb(1.0, Math.getExponent(x) - bits + 1);
    return (float) (Math.rint(x / unit) * unit); // exact in double precision
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 11, 23})
  void roundsToTheNearestNumberOfThatManyBits(int bits) {
    float[] numbers = numbers();
    float[] rounded = new Mantissa(bits).round(manager.create(numbers)).toFloatArray();

    for (int i = 0; i < numbers.length; i++) {
      assertEquals(nearest(numbers[i], bits), rounded[i], numbers[i] + " to " + bits);
    }
  }

  @Test
  void keepsFloat32AsItIs() {
    NDArray x = manager.create(numbers());

    assertSame(x, new Mantissa(24).round(x));
  }

  @Test
  void gradientPassesStraightThrough() {
    NDArray x = manager.create(numbers());
    x.setRequiresGradient(true);
    float[] rounded;
    try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
      NDArray y = new Mantissa(3).round(x);
      rounded = y.stopGradient().toFloatArray();
      tape.backward(y.square().sum());
    }
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] *= 2; // d(y²)/dx = 2y · 1
    }
    assertArrayEquals(rounded, x.getGradient().toFloatArray());
  }

  @Test
  void refusesWhatCannotBeKept() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Mantissa(25)).getMessage();

    assertEquals("attention bits = 25: expected 2 to 24", message);
  }
}
