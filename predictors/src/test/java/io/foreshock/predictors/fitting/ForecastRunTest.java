// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ForecastRunTest {
  @Test
  void aPredictableRunIsCaughtFiveStepsBeforeItsOnset() {
    // the sixth reading in a row counts, because it is five steps after the first
    assertTrue(predictable(290, 300).caught(0.5));
    assertFalse(predictable(291, 300).caught(0.5));
    assertFalse(predictable(290, 294).caught(0.5));
    assertEquals(5 / 500.0, predictable(290, 300).leadShare(0.5), 1e-12);
  }

  @Test
  void aSuddenRunIsCaughtBetweenItsStrikeAndSoonAfterItsOnset() {
    assertTrue(sudden(250, 260).caught(0.5));
    assertTrue(sudden(300, 310).caught(0.5));
    assertFalse(sudden(301, 310).caught(0.5));
    assertFalse(sudden(100, 200).caught(0.5)); // an alarm long before is none of it
  }

  @Test
  void anAlarmIsNewAfterTenQuietSamples() {
    ForecastRun run = healthy(100, 110, 114, 130, 160, 170);
    assertEquals(2, ForecastRun.falseAlarmsPer10k(List.of(run), 0.5) * 480 / 1e4, 1e-9);
    assertEquals(0, ForecastRun.falseAlarmsPer10k(List.of(run), 0.95));
  }

  @Test
  void onlyHealthyRunsHaveFalseAlarms() {
    assertEquals(0, ForecastRun.falseAlarmsPer10k(List.of(predictable(100, 400)), 0.5));
    assertEquals(0, ForecastRun.falseAlarmsPer10k(List.of(), 0.5));
  }

  @Test
  void theThresholdIsTheLowestWithinTheBudget() {
    List<ForecastRun> runs = List.of(healthy(100, 200));
    assertEquals(0.9, ForecastRun.threshold(runs, 0, 0.4), 0.0051);
    assertTrue(ForecastRun.threshold(runs, 0, 0.4) > 0.9);
    assertEquals(0.4, ForecastRun.threshold(runs, 1e4 / 480, 0.4), 1e-9);
    assertEquals(0.4, ForecastRun.threshold(List.of(), 0, 0.4), 1e-9);
  }

  private static ForecastRun healthy(int... alarmed) {
    return run(RunClass.HEALTHY, List.of(), alarmed);
  }

  private static ForecastRun predictable(int... alarmed) {
    return run(RunClass.PREDICTABLE, List.of(), alarmed);
  }

  /** Struck at step 250. */
  private static ForecastRun sudden(int... alarmed) {
    return run(RunClass.SUDDEN, List.of(250L), alarmed);
  }

  /** Steps 21 to 500, onset at 300; probability 0.9 from one step to another, by pairs. */
  private static ForecastRun run(RunClass runClass, List<Long> struck, int... alarmed) {
    long[] steps = new long[480];
    double[] probabilities = new double[480];
    for (int i = 0; i < 480; i++) {
      steps[i] = 21 + i;
      for (int k = 0; k < alarmed.length; k += 2) {
        if (steps[i] >= alarmed[k] && steps[i] <= alarmed[k + 1]) {
          probabilities[i] = 0.9;
        }
      }
    }
    OptionalLong onset = runClass == RunClass.HEALTHY ? OptionalLong.empty() : OptionalLong.of(300);
    RunLabel label = new RunLabel("a", runClass, onset, 500, struck, Map.of());
    return new ForecastRun(label, steps, probabilities);
  }
}
