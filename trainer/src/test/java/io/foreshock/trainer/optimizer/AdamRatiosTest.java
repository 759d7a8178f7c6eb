// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.foreshock.trainer.optimizer.OptimizerConfig.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What AdamW's update ratio and RMS_t are for gradients of known statistics: what the detectors of
 * them go by (Molybog et al. 2023; StableAdamW, arXiv 2304.13013).
 */
class AdamRatiosTest {
  private static final int SIZE = 20_000;
  private static final int FEW = 100;
  private static final double UNIFORM = 5.0 / 9;

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(31);

  @AfterEach
  void close() {
    manager.close();
  }

  /** The last step's m̂/(√v̂+ε), and g/√v̂ of each step. */
  private final class Shown implements UpdateTap {
    private final Optimizer optimizer;
    private double[] direction;
    private double ratio;
    private long step;

    Shown(double beta2, int size) {
      NDArray parameters = manager.zeros(new Shape(size));
      optimizer =
          new OptimizerConfig(Kind.ADAMW, 0.01, 0.9, beta2, 1e-8, 0, false, false)
              .create(manager, parameters, List.of(new Tensor(0, 0, 1)));
    }

    double feed(float[] gradient) {
      try (NDManager scratch = manager.newSubManager()) {
        optimizer.update(++step, 1, scratch.create(gradient), null, this);
      }
      return ratio;
    }

    @Override
    public void direction(int layer, NDArray shown, double scale) {
      float[] values = shown.toFloatArray();
      direction = new double[values.length];
      Arrays.setAll(direction, i -> scale * values[i]);
    }

    @Override
    public void adaptive(int layer, NDArray d, double dScale, NDArray surprise, double scale) {
      float[] values = surprise.toFloatArray();
      double squares = 0;
      for (float value : values) {
        squares += (double) value * value;
      }
      ratio = scale * Math.sqrt(squares / values.length);
    }
  }

  /** Updates after 150 steps of gradients that are an AR(1) process of variance 1. */
  private double[] updates(double correlation) {
    Shown shown = new Shown(0.95, SIZE);
    float[] g = new float[SIZE];
    for (int step = 1; step <= 150; step++) {
      for (int i = 0; i < SIZE; i++) {
        double fresh = random.nextGaussian();
        g[i] =
            step == 1
                ? (float) fresh
                : (float) (correlation * g[i] + Math.sqrt(1 - correlation * correlation) * fresh);
      }
      shown.feed(g);
    }
    return shown.direction;
  }

  @Test
  void updatesOfIndependentGradientsHaveOneModeAndOfCorrelatedOnesTwo() {
    double[] independent = updates(0);
    assertEquals(0.2265, Math.sqrt(moment(independent, 2)), 0.005);
    assertTrue(bimodality(independent) < 0.40, "BC " + bimodality(independent));
    double[] correlated = updates(0.9);
    assertEquals(0.620, Math.sqrt(moment(correlated, 2)), 0.01);
    assertTrue(bimodality(correlated) > UNIFORM, "BC " + bimodality(correlated));
  }

  @Test
  void theRatioOfIndependentGradientsIsAboutOne() {
    Shown shown = new Shown(0.95, SIZE);
    float[] g = new float[SIZE];
    double last = 0;
    for (int step = 1; step <= 100; step++) {
      for (int i = 0; i < SIZE; i++) {
        g[i] = (float) random.nextGaussian();
      }
      last = shown.feed(g);
    }
    assertEquals(0.99, last, 0.02);
  }

  @Test
  void aJumpOfTheGradientGivesTheRatioThatAlgebraSays() {
    for (double beta2 : new double[] {0.8, 0.9, 0.95, 0.99}) {
      for (double k : new double[] {2.61, 10, 1e4}) {
        double told = jump(beta2, k);
        assertEquals(k / Math.sqrt(beta2 + (1 - beta2) * k * k), told, 1e-3, beta2 + ", " + k);
        assertTrue(told <= 1 / Math.sqrt(1 - beta2) + 1e-4, beta2 + ", " + k);
      }
    }
    assertEquals(2.3, jump(0.95, 2.61), 0.005);
    assertEquals(2.236, jump(0.8, 1e4), 0.001); // 2.3 cannot be reached at this beta2
  }

  /** RMS_t at the step at which gradients of ±1 become k times as large, far from the start. */
  private double jump(double beta2, double k) {
    Shown shown = new Shown(beta2, FEW);
    float[] g = new float[FEW];
    for (int i = 0; i < FEW; i++) {
      g[i] = random.nextBoolean() ? 1 : -1;
    }
    for (int step = 0; step < 12 / (1 - beta2); step++) {
      shown.feed(g);
    }
    for (int i = 0; i < FEW; i++) {
      g[i] *= (float) k;
    }
    return shown.feed(g);
  }

  /** (skewness² + 1) / (excess kurtosis + 3 (n − 1)² / ((n − 2)(n − 3))); 5/9 where uniform. */
  private static double bimodality(double[] values) {
    double n = values.length;
    double variance = moment(values, 2);
    double skewness = moment(values, 3) / Math.pow(variance, 1.5);
    double excess = moment(values, 4) / (variance * variance) - 3;
    return (skewness * skewness + 1) / (excess + 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)));
  }

  private static double moment(double[] values, int order) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(x -> Math.pow(x - mean, order)).average().orElseThrow();
  }
}
