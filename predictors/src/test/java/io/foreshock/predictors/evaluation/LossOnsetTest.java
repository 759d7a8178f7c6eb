// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LossOnsetTest {
  private static final long SEED = 7;

  @Test
  void healthyNoisyDescentHasNoOnset() {
    assertEquals(OptionalInt.empty(), LossOnset.find(noisy(800, LossOnsetTest::healthy)));
  }

  @Test
  void threeBadBatchesAreNoOnset() {
    double[] losses = noisy(400, LossOnsetTest::healthy);
    Arrays.fill(losses, 200, 203, 9.0);
    assertEquals(OptionalInt.empty(), LossOnset.find(losses));
  }

  @Test
  void jumpIsDatedWithinHalfAWindow() {
    double[] losses = noisy(400, t -> healthy(t) + (t >= 250 ? 1.0 : 0));
    assertEquals(254, LossOnset.find(losses).orElseThrow(), 4);
  }

  @Test
  void slowRiseIsFoundThoughNoSingleStepStandsOut() {
    double[] losses =
        noisy(800, t -> t < 400 ? healthy(t) : healthy(400) * (1 + (t - 400) / 1000.0));
    int onset = LossOnset.find(losses).orElseThrow();
    assertTrue(onset > 440 && onset < 540, "onset at " + onset + ", seed " + SEED);
  }

  @Test
  void nonFiniteLossIsAsHighAsCanBe() {
    double[] losses = noisy(300, t -> t < 270 ? healthy(t) : Double.NaN);
    assertEquals(274, LossOnset.find(losses).orElseThrow());
  }

  @Test
  void atTheEndOfARunEighteenSamplesSuffice() {
    // the median of 9 follows with the fifth sample
    double[] eighteen = noisy(300, t -> t < 278 ? healthy(t) : 9);
    assertEquals(OptionalInt.of(282), LossOnset.find(eighteen));
    double[] seventeen = noisy(300, t -> t < 279 ? healthy(t) : 9);
    assertEquals(OptionalInt.empty(), LossOnset.find(seventeen));
  }

  @Test
  void stallingRunLeavesTheCourseOfAHealthyOneThoughItNeverRises() {
    double[] stalling = noisy(400, t -> Math.max(healthy(t), healthy(150)));
    int onset = LossOnset.find(stalling, noisy(400, LossOnsetTest::healthy)).orElseThrow();
    assertTrue(onset > 180 && onset < 260, "onset at " + onset + ", seed " + SEED);
    assertEquals(OptionalInt.empty(), LossOnset.find(stalling));
  }

  @Test
  void runNeverLeavesItsOwnCourse() {
    double[] losses = noisy(400, t -> healthy(t) + (t >= 250 ? 1.0 : 0));
    assertEquals(OptionalInt.empty(), LossOnset.find(losses, losses));
  }

  @Test
  void tooFewSamplesHaveNoOnset() {
    assertEquals(OptionalInt.empty(), LossOnset.find(new double[] {5, 4, 9, 9}));
    assertEquals(OptionalInt.empty(), LossOnset.find(new double[0]));
  }

  private static double healthy(int t) {
    return 2 + 3 * Math.exp(-t / 100.0);
  }

  private static double[] noisy(int n, IntToDoubleFunction loss) {
    Random random = new Random(SEED);
    double[] losses = new double[n];
    for (int t = 0; t < n; t++) {
      losses[t] = loss.applyAsDouble(t) * (1 + 0.03 * random.nextGaussian());
    }
    return losses;
  }
}
