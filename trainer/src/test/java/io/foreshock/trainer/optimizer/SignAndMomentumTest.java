// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.optimizer.OptimizerConfig.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lion and SGD against their definitions in double precision. */
class SignAndMomentumTest {
  private static final int SIZE = 12;
  private static final List<Tensor> LAYERS = List.of(new Tensor(0, 0, 1), new Tensor(1, 5, 1));

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(3);

  @AfterEach
  void close() {
    manager.close();
  }

  /** One element's step: its parameter and momentum in, both and the direction out. */
  private interface Rule {
    double[] step(double theta, double m, double g, double factor);
  }

  /** Keeps the direction; neither optimizer has a second moment to show. */
  private static final class Recorder implements UpdateTap {
    final List<Double> direction = new ArrayList<>();
    boolean adaptive;

    @Override
    public void direction(int layer, NDArray d, double scale) {
      for (float value : d.toFloatArray()) {
        direction.add(value * scale);
      }
    }

    @Override
    public void adaptive(int layer, NDArray d, double dScale, NDArray s, double sScale) {
      adaptive = true;
    }
  }

  private float[] gaussians() {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private void follows(OptimizerConfig config, Double clip, Rule rule) {
    float[] start = gaussians();
    NDArray parameters = manager.create(start);
    Optimizer optimizer = config.create(manager, parameters, LAYERS);
    double[] theta = new double[SIZE];
    double[] m = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      theta[i] = start[i];
    }
    int arrays = manager.getManagedArrays().size();
    for (int t = 1; t <= 20; t++) {
      float[] gradient = gaussians();
      double factor = 1.0 / t;
      Recorder recorder = new Recorder();
      try (NDManager step = manager.newSubManager()) {
        NDArray g = step.create(gradient);
        NDArray scale = clip == null ? null : step.create(clip.floatValue());
        optimizer.update(t, factor, g, scale, recorder);
        assertArrayEquals(gradient, g.toFloatArray());
      }
      for (int i = 0; i < SIZE; i++) {
        double[] next = rule.step(theta[i], m[i], gradient[i] * (clip == null ? 1 : clip), factor);
        theta[i] = next[0];
        m[i] = next[1];
        assertEquals(next[2], recorder.direction.get(i), 1e-5);
      }
      assertFalse(recorder.adaptive);
    }
    float[] after = parameters.toFloatArray();
    for (int i = 0; i < SIZE; i++) {
      assertEquals(theta[i], after[i], 3e-6);
    }
    assertEquals(arrays, manager.getManagedArrays().size());
  }

  private static Rule lion(double rate, double beta1, double beta2, double decay, boolean alone) {
    return (theta, m, g, s) -> {
      double u = Math.signum(beta1 * m + (1 - beta1) * g);
      double shrink = alone ? s * decay : s * rate * decay;
      return new double[] {theta - s * rate * u - shrink * theta, beta2 * m + (1 - beta2) * g, u};
    };
  }

  @Test
  void lionFollowsItsDefinition() {
    follows(
        new OptimizerConfig(Kind.LION, 0.01, 0.9, 0.99, 0, 0.3, false, false),
        null,
        lion(0.01, 0.9, 0.99, 0.3, false));
  }

  @Test
  void lionDecaysByTheScheduleAloneWhenIndependent() {
    follows(
        new OptimizerConfig(Kind.LION, 0.01, 0.95, 0.98, 0, 0.003, true, false),
        0.037,
        lion(0.01, 0.95, 0.98, 0.003, true));
  }

  @Test
  void lionGoesAtTheRateOfTheTensor() {
    NDArray parameters = manager.create(new float[] {1, 1, 1});
    Optimizer lion =
        new OptimizerConfig(Kind.LION, 0.5, 0.9, 0.99, 0, 0.2, false, false)
            .create(manager, parameters, List.of(new Tensor(0, 0, 1), new Tensor(0, 1, 0.5)));
    try (NDManager step = manager.newSubManager()) {
      lion.update(1, 1, step.create(new float[] {1, 1, -1}), null, new Recorder());
    }
    float[] expected = {1 - 0.1f - 0.5f, 1 - 0.05f - 0.25f, 1 - 0.05f + 0.25f};
    assertArrayEquals(expected, parameters.toFloatArray(), 1e-6f);
  }

  @Test
  void lionFreezesWhatHasBecomeNaN() {
    NDArray parameters = manager.create(new float[] {1, 1});
    Optimizer lion =
        new OptimizerConfig(Kind.LION, 0.5, 0.9, 0.99, 0, 0, false, false)
            .create(manager, parameters, List.of(new Tensor(0, 0, 1)));
    try (NDManager step = manager.newSubManager()) {
      lion.update(1, 1, step.create(new float[] {Float.NaN, 1}), null, new Recorder());
    }
    assertArrayEquals(new float[] {1, 0.5f}, parameters.toFloatArray());
  }

  @Test
  void sgdPassesTheDecayThroughTheMomentumAsPyTorchDoes() {
    follows(
        new OptimizerConfig(Kind.SGD, 0.01, 0.9, 0, 0, 0.3, false, false),
        0.5,
        (theta, m, g, s) -> {
          double b = 0.9 * m + g + 0.3 * theta;
          return new double[] {theta - s * 0.01 * b, b, b};
        });
  }

  @Test
  void sgdDecaysApartWhenIndependent() {
    follows(
        new OptimizerConfig(Kind.SGD, 0.01, 0.9, 0, 0, 0.003, true, false),
        null,
        (theta, m, g, s) -> {
          double b = 0.9 * m + g;
          return new double[] {theta - s * 0.01 * b - s * 0.003 * theta, b, b};
        });
  }

  @Test
  void sgdWithoutMomentumIsPlain() {
    follows(
        new OptimizerConfig(Kind.SGD, 0.1, 0, 0, 0, 0, false, false),
        null,
        (theta, m, g, s) -> new double[] {theta - s * 0.1 * g, g, g});
  }
}
