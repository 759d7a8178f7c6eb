// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossJumpTest {
  @Test
  void aJumpOfThreeSamplesIsOneAndOfTwoIsNone() {
    assertEquals(OptionalInt.of(200), LossJump.find(jumping(200, 203, 4)));
    assertEquals(OptionalInt.empty(), LossJump.find(jumping(200, 202, 4)));
  }

  @Test
  void itMustBeATenthAboveTheMedian() {
    double[] flat = new double[100];
    Arrays.fill(flat, 2.0);
    Arrays.fill(flat, 60, 100, 2.19);
    assertEquals(OptionalInt.empty(), LossJump.find(flat));
    Arrays.fill(flat, 60, 100, 2.21);
    assertEquals(OptionalInt.of(60), LossJump.find(flat));
  }

  @Test
  void itMustStandOutOfTheNoise() {
    Random random = new Random(5);
    double[] noisy = random.doubles(400, 1.5, 4.5).toArray();
    Arrays.fill(noisy, 300, 303, 5);
    assertEquals(OptionalInt.empty(), LossJump.find(noisy));
    Arrays.fill(noisy, 300, 303, 12);
    assertEquals(OptionalInt.of(300), LossJump.find(noisy));
  }

  @Test
  void aRunMayEndInIt() {
    double[] losses = jumping(200, 203, 4);
    assertEquals(OptionalInt.of(200), LossJump.find(Arrays.copyOf(losses, 203)));
    assertEquals(OptionalInt.empty(), LossJump.find(Arrays.copyOf(losses, 202)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aLossThatIsNotFiniteIsAsHighAsCanBe(double lost) {
    assertEquals(OptionalInt.of(200), LossJump.find(jumping(200, 203, lost)));
    assertEquals(OptionalInt.empty(), LossJump.find(jumping(200, 202, lost)));
  }

  @Test
  void nothingIsSaidOfTheFirstSamples() {
    assertEquals(OptionalInt.empty(), LossJump.find(jumping(20, 27, 9)));
    assertEquals(OptionalInt.of(25), LossJump.find(jumping(20, 28, 9)));
    assertEquals(OptionalInt.empty(), LossJump.find(new double[0]));
  }

  /** A noisy loss about 2, another one between these samples. */
  private static double[] jumping(int from, int to, double loss) {
    Random random = new Random(7);
    double[] losses = new double[400];
    for (int t = 0; t < losses.length; t++) {
      losses[t] = t >= from && t < to ? loss : 2 + 0.03 * random.nextGaussian();
    }
    return losses;
  }
}
