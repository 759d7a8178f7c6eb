// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.optimizer.OptimizerConfig.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final int SIZE = 12;
  private static final List<Tensor> LAYERS = List.of(new Tensor(0, 0, 1), new Tensor(1, 5, 1));
  private static final float CLOSE = 2e-6f;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(11);

  @AfterEach
  void close() {
    manager.close();
  }

  /** AdamW as its definition says, in double precision. */
  private static final class Reference {
    final double[] theta;
    final double[] m = new double[SIZE];
    final double[] v = new double[SIZE];
    final double[] direction = new double[SIZE];
    final double[] surprise = new double[SIZE];
    final OptimizerConfig config;

    Reference(OptimizerConfig config, float[] start) {
      this.config = config;
      theta = new double[SIZE];
      for (int i = 0; i < SIZE; i++) {
        theta[i] = start[i];
      }
    }

    void update(int t, double factor, float[] gradient, double clip) {
      double rate = config.learningRate() * factor;
      double decay =
          config.independentWeightDecay()
              ? factor * config.weightDecay()
              : rate * config.weightDecay();
      for (int i = 0; i < SIZE; i++) {
        double g = gradient[i] * clip;
        m[i] = config.beta1() * m[i] + (1 - config.beta1()) * g;
        v[i] = config.beta2() * v[i] + (1 - config.beta2()) * g * g;
        double mHat = m[i] / (1 - Math.pow(config.beta1(), t));
        double vHat = v[i] / (1 - Math.pow(config.beta2(), t));
        direction[i] = mHat / (Math.sqrt(vHat) + config.epsilon());
        surprise[i] = g / Math.max(Math.sqrt(vHat), config.epsilon());
        theta[i] -= rate * direction[i] + decay * theta[i];
      }
    }
  }

  private float[] gaussians(double scale) {
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private void followsReference(OptimizerConfig config, double gradientScale, Double clip) {
    float[] start = gaussians(1);
    NDArray parameters = manager.create(start);
    Optimizer optimizer = config.create(manager, parameters, LAYERS);
    Reference reference = new Reference(config, start);
    for (int t = 1; t <= 20; t++) {
      float[] gradient = gaussians(gradientScale);
      double factor = 1.0 / t;
      reference.update(t, factor, gradient, clip == null ? 1 : clip);
      try (NDManager step = manager.newSubManager()) {
        List<Double> direction = new ArrayList<>();
        List<Double> surprise = new ArrayList<>();
        NDArray scale = clip == null ? null : step.create(clip.floatValue());
        optimizer.update(
            t,
            factor,
            step.create(gradient),
            scale,
            new UpdateTap() {
              @Override
              public void direction(int layer, NDArray d, double scale) {
                for (float value : d.toFloatArray()) {
                  direction.add(value * scale);
                }
              }

              @Override
              public void adaptive(int layer, NDArray d, double dScale, NDArray s, double sScale) {
                for (float value : s.toFloatArray()) {
                  surprise.add(value * sScale);
                }
              }
            });
        assertClose(reference.direction, direction);
        assertClose(reference.surprise, surprise);
      }
    }
    assertArrayEquals(floats(reference.theta), parameters.toFloatArray(), CLOSE);
  }

  /** Looks at nothing. */
  private static final class Blind implements UpdateTap {
    @Override
    public void direction(int layer, NDArray direction, double scale) {}

    @Override
    public void adaptive(int layer, NDArray d, double dScale, NDArray s, double sScale) {}
  }

  private static void assertClose(double[] expected, List<Double> actual) {
    for (int i = 0; i < SIZE; i++) {
      assertEquals(expected[i], actual.get(i), 1e-5 * Math.max(1, Math.abs(expected[i])));
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Test
  void followsItsDefinition() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0, false, false), 1, null);
  }

  @Test
  void decaysByTheLearningRateWhenCoupled() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.999, 1e-8, 0.3, false, false), 1, null);
  }

  @Test
  void decaysByTheScheduleAloneWhenIndependent() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.999, 1e-8, 0.003, true, false), 1, null);
  }

  @Test
  void epsilonStandsOutsideTheCorrectedRootAsInPyTorch() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-3, 0, false, false), 1e-3, null);
  }

  @Test
  void clipScalesTheGradient() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0.1, false, false), 10, 0.037);
  }

  @Test
  void leavesTheGradientAndTheNumberOfArraysAlone() {
    NDArray parameters = manager.create(gaussians(1));
    Optimizer optimizer =
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0.1, false, false)
            .create(manager, parameters, LAYERS);
    float[] gradient = gaussians(1);
    int arrays = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray g = step.create(gradient);
      optimizer.update(1, 1, g, step.create(0.5f), new Blind());
      assertArrayEquals(gradient, g.toFloatArray());
    }
    assertEquals(arrays, manager.getManagedArrays().size());
  }

  @Test
  void clipFactorIsPyTorchs() {
    GradientClip clip = GradientClip.Rule.NORM.create(manager);
    assertEquals(2 / (4 + 1e-6), clip.factor(manager.create(16f), 2).getFloat(), 1e-7);
    assertEquals(1, clip.factor(manager.create(1f), 2).getFloat());
    assertEquals(1, clip.factor(manager.create(0f), 2).getFloat());
    assertNull(clip.factor(manager.create(16f), 0));
  }
}
