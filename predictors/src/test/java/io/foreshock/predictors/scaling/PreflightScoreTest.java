// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.PreflightScore.Judgement;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreflightScoreTest {
  @Test
  void judgesTheLargestBySmallerOnesOnly() {
    List<RunSummary> grid = MadeCourse.grid();
    PreflightScore score = PreflightScore.of(grid);
    assertEquals(MadeCourse.RATES.length, score.judgements().size());
    for (Judgement judgement : score.judgements()) {
      assertEquals(1e6, judgement.parameters());
      assertEquals(10, judgement.preflight().basis().settled());
    }
    assertTrue(score.brier() < 0.25, "better than a coin: " + score.brier());
    assertTrue(score.judgements().stream().filter(Judgement::lost).allMatch(Judgement::right));
  }

  @Test
  void aRunThatALowerRateBeatsByATenthIsLostThoughItNeverDiverged() {
    List<RunSummary> runs = new ArrayList<>();
    for (double size : MadeCourse.SIZES) {
      runs.add(MadeCourse.summary(size, 1e-3, 1));
      runs.add(raised(MadeCourse.summary(size, 3e-3, 2)));
    }
    Outcomes outcomes =
        new Outcomes(
            runs, run -> run.config().number(ConfigField.PARAMETERS_NON_EMBEDDING).orElseThrow());
    for (int i = 0; i < runs.size(); i++) {
      assertEquals(i % 2 == 1, outcomes.unstable(runs.get(i)), "run " + i);
    }
  }

  @Test
  void lossesOfRunsOfOtherLengthAreNotCompared() {
    RunSummary run = MadeCourse.summary(1e5, 1e-3, 1);
    RunSummary higher = raised(MadeCourse.summary(1e5, 3e-3, 2));
    Map<String, Object> longer = new LinkedHashMap<>(higher.config().fields());
    longer.put(ConfigField.TOTAL_STEPS.wireName(), 10L * MadeCourse.STEPS);
    RunSummary other =
        new RunSummary("other", new RunConfig(longer), 4000, false, higher.milestones());
    assertFalse(new Outcomes(List.of(run, other), any -> 1e5).unstable(other));
    assertTrue(new Outcomes(List.of(run, higher), any -> 1e5).unstable(higher));
  }

  @Test
  void aRunThatTellsNoRateIsLeftOut() {
    List<RunSummary> runs = new ArrayList<>(MadeCourse.grid());
    RunConfig rateless = new RunConfig(Map.of("parameters_non_embedding", 1000L));
    runs.add(new RunSummary("attached", rateless, 10, true, runs.get(0).milestones()));
    assertEquals(MadeCourse.RATES.length, PreflightScore.of(runs).judgements().size());
  }

  @Test
  void twoSizesJudgeNobody() {
    List<RunSummary> two = MadeCourse.grid().subList(0, 2 * MadeCourse.RATES.length);
    assertTrue(PreflightScore.of(two).judgements().isEmpty());
    assertTrue(Double.isNaN(PreflightScore.of(two).brier()));
  }

  private static RunSummary raised(RunSummary run) {
    double[] losses = run.milestones().get(TrendSignal.LOSS);
    for (int k = 0; k < losses.length; k++) {
      losses[k] *= 1.15;
    }
    return run;
  }
}
