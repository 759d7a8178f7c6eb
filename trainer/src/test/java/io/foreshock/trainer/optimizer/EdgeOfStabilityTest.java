// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The curvature at which AdamW becomes unstable: (2+2β₁)/((1−β₁)η) of the preconditioned Hessian
 * (Cohen et al. 2022, Adaptive Gradient Methods at the Edge of Stability).
 */
class EdgeOfStabilityTest {
  /** Large enough that √v̂ is nothing beside it: the preconditioner is ε, and stays it. */
  private static final double EPSILON = 1e6;

  private static double edge(double beta1, double rate) {
    return (2 + 2 * beta1) / ((1 - beta1) * rate);
  }

  @Test
  void isThirtyEightOverTheRateAtTheUsualBeta() {
    assertEquals(38, edge(0.9, 1), 1e-9);
    assertEquals(38 / 3e-4, edge(0.9, 3e-4), 1e-6);
    assertEquals(2 / 0.1, edge(0, 0.1), 1e-9); // gradient descent's
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9, 0.95})
  void adamwOnAQuadraticIsStableJustBelowAndUnstableJustAbove(double beta1) {
    double rate = 0.01;
    assertTrue(amplitude(beta1, rate, 0.99 * edge(beta1, rate)) < 1e-3);
    assertTrue(amplitude(beta1, rate, 1.01 * edge(beta1, rate)) > 1e3);
  }

  /** |x| after 1,500 steps on h·x²/2 from x = 1e-12 and h = curvature·ε, as a multiple of that. */
  private static double amplitude(double beta1, double rate, double curvature) {
    double start = 1e-12;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(new float[] {(float) start});
      Optimizer adamw =
          new OptimizerConfig(
                  OptimizerConfig.Kind.ADAMW, rate, beta1, 0.95, EPSILON, 0, false, false)
              .create(manager, x, List.of(new Tensor(0, 0, 1)));
      double amplitude = 1;
      for (int t = 1; t <= 1_500 && amplitude < 1e4; t++) {
        try (NDManager step = manager.newSubManager()) {
          NDArray gradient =
              step.create(new float[] {(float) (curvature * EPSILON * x.getFloat(0))});
          // takes back the correction of the first moment, which makes the first steps longer
          double factor = 1 - Math.pow(beta1, t);
          adamw.update(t, factor, gradient, null, new Blind());
        }
        amplitude = Math.abs(x.getFloat(0)) / start;
      }
      return amplitude;
    }
  }

  /** Looks at nothing. */
  private static final class Blind implements UpdateTap {
    @Override
    public void direction(int layer, NDArray direction, double scale) {}

    @Override
    public void adaptive(int layer, NDArray d, double dScale, NDArray s, double sScale) {}
  }
}
