// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SpikeScoreTest {
  private final SpikeScore score = new SpikeScore();

  /** 1, 3, 1, 3…: mean 2, deviation 1 when their number is even. */
  private SpikeScore waves(int count) {
    for (int i = 0; i < count; i++) {
      assertFalse(score.add(1 + 2 * (i % 2)));
    }
    return score;
  }

  @Test
  void sevenDeviationsToEitherSideAreASpike() {
    assertTrue(waves(1000).add(9));
    assertTrue(new SpikeScoreTest().waves(1000).add(-5));
    assertFalse(new SpikeScoreTest().waves(1000).add(8.999));
    assertFalse(new SpikeScoreTest().waves(1000).add(-4.999));
  }

  @Test
  void itIsTheShareOfSpikesAmongTheValuesJudged() {
    waves(1128).add(100); // judged from the 129th on
    assertEquals(100.0 / 1001, score.percent(), 1e-12);
  }

  @Test
  void onlyTheThousandBeforeCount() {
    for (int i = 0; i < 500; i++) {
      score.add(i % 2 == 0 ? 1000 : -1000);
    }
    waves(999);
    assertFalse(score.add(50)); // one of the wild is still in the window
    assertTrue(new SpikeScoreTest().afterTheWild(1000).add(50));
  }

  private SpikeScore afterTheWild(int waves) {
    for (int i = 0; i < 500; i++) {
      score.add(i % 2 == 0 ? 1000 : -1000);
    }
    return waves(waves);
  }

  @Test
  void whatIsNotFiniteIsASpikeAndLeavesTheWindowAsItIs() {
    waves(1000);
    assertTrue(score.add(Double.NaN));
    assertTrue(score.add(Double.POSITIVE_INFINITY));
    assertTrue(score.add(9));
  }

  @Test
  void nothingIsJudgedBeforeThereIsSomethingToJudgeBy() {
    assertFalse(waves(127).add(1e9));
    assertTrue(Double.isNaN(score.percent()));
    assertTrue(new SpikeScoreTest().waves(128).add(9));
  }

  @Test
  void gaussianNoiseHasNone() {
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      score.add(random.nextGaussian());
    }
    assertEquals(0, score.percent());
  }
}
