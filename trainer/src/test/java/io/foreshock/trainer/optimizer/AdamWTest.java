// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.optimizer.OptimizerConfig.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamWTest {
  private static final int SIZE = 12;
  private static final List<Tensor> LAYERS = List.of(new Tensor(0, 0, 1), new Tensor(1, 5, 1));
  private static final List<Tensor> TENSORS =
      List.of(
          new Tensor(0, 0, 1), new Tensor(0, 3, 0.25), new Tensor(1, 5, 2), new Tensor(1, 9, 1));
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
    final List<Tensor> tensors;
    double slowest;

    Reference(OptimizerConfig config, List<Tensor> tensors, float[] start) {
      this.config = config;
      this.tensors = tensors;
      theta = new double[SIZE];
      for (int i = 0; i < SIZE; i++) {
        theta[i] = start[i];
      }
    }

    void update(int t, double factor, float[] gradient, double clip) {
      for (int i = 0; i < SIZE; i++) {
        double g = gradient[i] * clip;
        m[i] = config.beta1() * m[i] + (1 - config.beta1()) * g;
        v[i] = config.beta2() * v[i] + (1 - config.beta2()) * g * g;
        double mHat = m[i] / (1 - Math.pow(config.beta1(), t));
        double vHat = v[i] / (1 - Math.pow(config.beta2(), t));
        direction[i] = mHat / (Math.sqrt(vHat) + config.epsilon());
        surprise[i] = g / Math.max(Math.sqrt(vHat), config.epsilon());
      }
      for (int tensor = 0; tensor < tensors.size(); tensor++) {
        int from = (int) tensors.get(tensor).offset();
        int to = tensor + 1 < tensors.size() ? (int) tensors.get(tensor + 1).offset() : SIZE;
        move(factor, from, to, tensors.get(tensor).rate());
      }
    }

    private void move(double factor, int from, int to, double share) {
      double square = 0;
      for (int i = from; i < to; i++) {
        square += surprise[i] * surprise[i] / (to - from);
      }
      double slower = config.updateClipping() ? Math.max(1, Math.sqrt(square)) : 1;
      slowest = Math.max(slowest, slower);
      double rate = config.learningRate() * factor * share / slower;
      double decay =
          config.independentWeightDecay()
              ? factor * config.weightDecay()
              : rate * config.weightDecay();
      for (int i = from; i < to; i++) {
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
    followsReference(config, LAYERS, t -> gradientScale, clip);
  }

  private Reference followsReference(
      OptimizerConfig config,
      List<Tensor> tensors,
      IntToDoubleFunction gradientScale,
      Double clip) {
    float[] start = gaussians(1);
    NDArray parameters = manager.create(start);
    Optimizer optimizer = config.create(manager, parameters, tensors);
    Reference reference = new Reference(config, tensors, start);
    int arrays = manager.getManagedArrays().size();
    for (int t = 1; t <= 20; t++) {
      float[] gradient = gaussians(gradientScale.applyAsDouble(t));
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
    assertEquals(arrays, manager.getManagedArrays().size());
    return reference;
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutEpsilonWhatHasNoGradientStays(boolean clipped) {
    OptimizerConfig config = new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 0, 0, false, clipped);
    NDArray parameters = manager.create(new float[] {1, 2, 3, 4});
    Optimizer optimizer = config.create(manager, parameters, List.of(new Tensor(0, 0, 1)));
    for (int t = 1; t <= 3; t++) {
      try (NDManager step = manager.newSubManager()) {
        // none; one whose square is 0 in floats; one that is small, one that is not
        NDArray gradient = step.create(new float[] {0, 1e-30f, 1e-11f, -1});
        optimizer.update(t, 1, gradient, null, new Blind());
      }
    }
    float[] expected = {1, 2, 2.97f, 4.03f};
    assertArrayEquals(expected, parameters.toFloatArray(), CLOSE);
  }

  @Test
  void withoutEpsilonTheDefinitionHolds() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 0, 0.1, false, false), 1e-9, null);
  }

  @Test
  void clipScalesTheGradient() {
    followsReference(
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0.1, false, false), 10, 0.037);
  }

  @Test
  void independentDecayShrinksTowardsZeroWhateverThePeakRate() {
    for (double peak : new double[] {1e-4, 1}) {
      NDArray parameters = manager.create(new float[] {-2, 3});
      Optimizer optimizer =
          new OptimizerConfig(Kind.ADAMW, peak, 0.9, 0.95, 1e-8, 0.1, true, false)
              .create(manager, parameters, List.of(new Tensor(0, 0, 1)));
      try (NDManager step = manager.newSubManager()) {
        optimizer.update(1, 0.5, step.create(new float[2]), null, new Blind());
      }
      // the paper prints a minus before λθ; with its sign parameters would grow
      assertArrayEquals(new float[] {-1.9f, 2.85f}, parameters.toFloatArray(), CLOSE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tensorsGoAtTheirOwnRates(boolean independent) {
    OptimizerConfig config =
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0.3, independent, false);
    followsReference(config, TENSORS, t -> 1, 0.5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void updateClippingSlowsTensorsWhoseGradientsJump(boolean independent) {
    OptimizerConfig config =
        new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, 0.95, 1e-8, 0.3, independent, true);
    Reference reference = followsReference(config, TENSORS, t -> t == 15 ? 1e3 : 1, null);

    double ceiling = 1 / Math.sqrt(1 - 0.95); // v̂ includes the gradient itself
    assertTrue(reference.slowest > 3 && reference.slowest < ceiling, "" + reference.slowest);
  }

  @Test
  void aStepJumpOfTheGradientSlowsByThePublishedFormula() {
    OptimizerConfig config = new OptimizerConfig(Kind.ADAMW, 1, 0, 0.95, 1e-8, 0, false, true);
    NDArray parameters = manager.create(new float[] {0, 0});
    Optimizer optimizer = config.create(manager, parameters, List.of(new Tensor(0, 0, 1)));
    double[] direction = new double[1];
    UpdateTap tap =
        new UpdateTap() {
          @Override
          public void direction(int layer, NDArray d, double scale) {
            direction[0] = d.getFloat(0) * scale;
          }

          @Override
          public void adaptive(int layer, NDArray d, double dScale, NDArray s, double sScale) {}
        };
    for (int t = 1; t <= 400; t++) {
      try (NDManager step = manager.newSubManager()) {
        float k = t < 400 ? 1 : 2.61f;
        float before = parameters.getFloat(0);
        optimizer.update(t, 1, step.create(new float[] {k, -k}), null, tap);
        // k/√(β₂+(1−β₂)k²) = 2.3 at k = 2.61, and without momentum the direction is as long
        assertEquals(t < 400 ? 1 : 2.3, direction[0], 5e-3, "step " + t);
        assertEquals(-1, parameters.getFloat(0) - before, 1e-3, "step " + t);
      }
    }
  }

  @Test
  void refusesRatesAndClippingWhereTheyMeanNothing() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new OptimizerConfig(Kind.LION, 0.01, 0.9, 0.95, 1e-8, 0.1, false, true));
    OptimizerConfig sgd = new OptimizerConfig(Kind.SGD, 0.01, 0.9, 0, 0, 0, false, false);
    NDArray parameters = manager.create(gaussians(1));
    assertThrows(IllegalArgumentException.class, () -> sgd.create(manager, parameters, TENSORS));
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
