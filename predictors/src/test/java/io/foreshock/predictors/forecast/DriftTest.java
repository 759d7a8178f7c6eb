// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftTest {
  private static final double SLOPE = 0.004;
  private final Drift drift = new Drift();

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void exponentialGrowthHasItsSlopePerStep(int spacing) {
    for (int i = 1; i <= 600; i++) {
      drift.add((long) i * spacing, Math.exp(SLOPE * i * spacing));
    }
    assertEquals(SLOPE, drift.slope(), 0.01 * SLOPE);
    double now = SLOPE * 600 * spacing;
    // the fast average is seven samples behind, the middle of three one more
    assertEquals(now - 8 * SLOPE * spacing, drift.level(), 1e-6);
    assertEquals(drift.level() + 200 * drift.slope(), drift.ahead(200), 1e-12);
  }

  @Test
  void aFallIsNotDrawnOut() {
    feed(drift, 300, i -> Math.exp(-SLOPE * i));
    assertEquals(-SLOPE, drift.slope(), 0.02 * SLOPE);
    assertEquals(drift.level(), drift.ahead(200));
    assertTrue(drift.rise() < 0 && drift.longRise() < 0);
  }

  @Test
  void reportsNothingBeforeTwelveSamples() {
    feed(drift, 11, i -> i * i);
    assertFalse(drift.ready());
    for (double said :
        new double[] {
          drift.rise(),
          drift.longRise(),
          drift.aboveLowest(),
          drift.belowHighest(),
          drift.slope(),
          drift.roughness()
        }) {
      assertEquals(0, said);
    }
    drift.add(12, 144);
    assertTrue(drift.ready());
    assertTrue(drift.slope() > 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -7, 1e-9, 1e30})
  void aSingleWildSampleIsNotSeen(double wild) {
    Drift calm = new Drift();
    feed(calm, 200, i -> 3);
    feed(drift, 200, i -> i == 150 ? wild : 3);
    assertEquals(values(calm), values(drift));
  }

  @Test
  void aLastingJumpComesThrough() {
    feed(drift, 200, i -> 1);
    double most = 0;
    for (int i = 201; i <= 260; i++) {
      drift.add(i, Math.E);
      most = Math.max(most, drift.rise());
    }
    assertEquals(1, drift.level(), 0.05);
    assertEquals(1, drift.aboveLowest(), 0.1);
    assertTrue(most > 0.5, "rise at most " + most);
  }

  @Test
  void noiseAloneIsNoChange() {
    Random random = new Random(6);
    int changed = 0;
    for (int i = 1; i <= 1000; i++) {
      drift.add(i, 3 * Math.exp(0.1 * random.nextGaussian()));
      changed += drift.rise() != 0 || drift.longRise() != 0 ? 1 : 0;
    }
    assertTrue(changed <= 100, "changed at " + changed + " of 1000 samples");
  }

  @Test
  void aChangeWithinTheNoiseIsSeenOnceItIsGreatEnough() {
    Random random = new Random(6);
    feed(drift, 300, i -> Math.exp(0.1 * random.nextGaussian()));
    double most = 0;
    for (int i = 301; i <= 330; i++) {
      drift.add(i, 2 * Math.exp(0.1 * random.nextGaussian()));
      most = Math.max(most, drift.rise());
    }
    assertTrue(most > 0.3, "rise at most " + most);
  }

  @Test
  void fewSamplesMoveItLittle() {
    Random random = new Random(3);
    feed(drift, 200, i -> Math.exp(0.02 * random.nextGaussian()));
    double before = drift.level();
    for (int i = 201; i <= 203; i++) {
      drift.add(i, 1000);
    }
    assertTrue(drift.level() - before < 0.1, "moved by " + (drift.level() - before));
  }

  @Test
  void aShortDipIsNoLowestLevel() {
    feed(drift, 300, i -> i > 200 && i <= 206 ? 2 : 3);
    assertTrue(drift.aboveLowest() < 0.1, "above the lowest by " + drift.aboveLowest());
    feed(drift, 300, i -> 2);
    assertEquals(0, drift.aboveLowest(), 0.01);
    assertEquals(Math.log(1.5), drift.belowHighest(), 0.01);
  }

  @Test
  void roughnessIsNewNoiseOverUsualNoise() {
    Random random = new Random(4);
    feed(drift, 400, i -> Math.exp(0.02 * random.nextGaussian()));
    double usual = drift.noise();
    assertEquals(0, drift.roughness(), 0.7);
    feed(drift, 20, i -> Math.exp(0.1 * random.nextGaussian()));
    assertTrue(drift.roughness() > 0.5, "roughness " + drift.roughness());
    feed(drift, 400, i -> Math.exp(0.1 * random.nextGaussian()));
    assertEquals(Math.log(5), drift.noise() - usual, 0.5);
  }

  @Test
  void continuesAfterSaveAndRestore() {
    Random random = new Random(5);
    double[] values = random.doubles(120, 1, 9).toArray();
    for (int cut = 0; cut < values.length; cut += 7) {
      Drift whole = new Drift();
      feed(whole, cut, i -> values[i - 1]);
      Drift second = new Drift();
      feed(second, 30, i -> 5);
      second.exchange(State.restoring(saved(whole)));
      for (int i = cut + 1; i <= values.length; i++) {
        whole.add(i, values[i - 1]);
        second.add(i, values[i - 1]);
      }
      assertEquals(values(whole), values(second), "cut after " + cut);
    }
  }

  private static void feed(Drift drift, int samples, IntToDoubleFunction value) {
    for (int i = 1; i <= samples; i++) {
      drift.add(i, value.applyAsDouble(i));
    }
  }

  /** All that it tells. */
  private static List<Double> values(Drift drift) {
    return List.of(
        drift.level(),
        drift.rise(),
        drift.longRise(),
        drift.aboveLowest(),
        drift.belowHighest(),
        drift.slope(),
        drift.ahead(100),
        drift.roughness(),
        drift.noise());
  }

  private static byte[] saved(Drift drift) {
    State.InMemory state = State.saving(128);
    drift.exchange(state);
    return state.toByteArray();
  }
}
