// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.PreflightScore.Judgement;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.List;
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
      assertEquals(i % 2 == 1, outcomes.lost(runs.get(i)), "run " + i);
    }
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
