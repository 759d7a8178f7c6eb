// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.Preflight.Verdict;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrendsTest {
  private final List<RunSummary> grid = MadeCourse.grid();

  @Test
  void aCalmConfigurationIsExpectedToStayStable() {
    Preflight preflight = Trends.preflight(MadeCourse.config(4e6, 1e-3), grid);
    assertEquals(Verdict.STABLE, preflight.verdict());
    assertTrue(preflight.probability() < 0.1, "" + preflight.probability());
    assertTrue(preflight.crossings().isEmpty());
    assertEquals(15, preflight.basis().settled());
    assertEquals(Math.log10(4), preflight.basis().decadesOutsideSize(), 1e-9);
  }

  @Test
  void aLargeOneAtAHighRateIsExpectedToDivergeWhenItsLogitPassesTheLimit() {
    Preflight preflight = Trends.preflight(MadeCourse.config(4e6, 0.1), grid);
    assertEquals(Verdict.UNSTABLE, preflight.verdict());
    assertTrue(preflight.probability() > 0.8, "" + preflight.probability());
    long step = preflight.crossings().get(0).step();
    assertTrue(MadeCourse.logit(4e6, 0.1, step) > 1e4, "at " + step);
    assertTrue(MadeCourse.logit(4e6, 0.1, step / 2) < 1e4, "not before " + step / 2);
  }

  @Test
  void theHighestSafeRateFallsWithSize() {
    double small = Trends.preflight(MadeCourse.config(2e5, 1e-2), grid).safeLearningRate();
    double large = Trends.preflight(MadeCourse.config(4e6, 1e-2), grid).safeLearningRate();
    assertTrue(large < small, large + " < " + small);
    assertTrue(MadeCourse.logit(4e6, large, MadeCourse.STEPS) < 1e4);
  }

  @Test
  void bandsHoldWhatALargerRunDoes() {
    Preflight preflight = Trends.preflight(MadeCourse.config(4e6, 1e-2), grid);
    assertEquals(3, preflight.bands().size());
    for (long step : new long[] {100, 200, 300}) {
      Band loss = preflight.bands().get(0);
      assertEquals(MadeCourse.loss(4e6, step), loss.expected(step), 0.03 * loss.expected(step));
      Band logit = preflight.bands().get(1);
      double off = Math.log(MadeCourse.logit(4e6, 1e-2, step) / logit.expected(step));
      assertTrue(Math.abs(off) < Math.log(logit.factor(step)) + 0.2, step + ": " + off);
    }
    assertTrue(Double.isNaN(preflight.bands().get(0).expected(5)), "before the first milestone");
  }

  @Test
  void lossesAreComparedAtEqualTokens() {
    Map<String, Object> fields = new LinkedHashMap<>(MadeCourse.config(4e6, 1e-2).fields());
    fields.put("batch_tokens", 2048L);
    Preflight doubled = Trends.preflight(new RunConfig(fields), grid);
    Band loss = doubled.bands().get(0);
    assertEquals(MadeCourse.loss(4e6, 200), loss.expected(100), 0.03 * loss.expected(100));
    assertTrue(doubled.caveats().toString().contains("batch_tokens"), "" + doubled.caveats());
  }

  @Test
  void runsOfAnotherKindAreNoBasis() {
    Map<String, Object> fields = new LinkedHashMap<>(MadeCourse.config(4e6, 1e-2).fields());
    fields.put("qk_layernorm", true);
    Preflight preflight = Trends.preflight(new RunConfig(fields), grid);
    assertEquals(Verdict.NO_BASIS, preflight.verdict());
    assertTrue(preflight.bands().isEmpty());
    assertTrue(preflight.caveats().get(0).startsWith("0 finished runs"), "" + preflight.caveats());
    assertEquals(
        Verdict.NO_BASIS, Trends.preflight(MadeCourse.config(1e5, 1), List.of()).verdict());
  }

  @Test
  void nothingIsSaidOfASizeFarOutside() {
    Preflight preflight = Trends.preflight(MadeCourse.config(2e8, 1e-3), grid);
    assertEquals(Verdict.NO_BASIS, preflight.verdict());
    assertEquals(Math.log10(200), preflight.basis().decadesOutsideSize(), 1e-9);
  }

  @Test
  void whereNoneDivergedTheHighestRateTriedIsWhatIsKnown() {
    List<RunSummary> calm = grid.stream().filter(run -> !run.diverged()).toList();
    assertFalse(calm.isEmpty());
    Preflight preflight = Trends.preflight(MadeCourse.config(1e5, 1e-3), calm);
    assertEquals(Verdict.STABLE, preflight.verdict());
    assertTrue(preflight.safeUpToTheHighest());
    assertTrue(preflight.caveats().toString().contains("none of these runs were lost"));
  }

  @Test
  void aRunInItsMiddleTellsNothingOfItsEnd() {
    Summarizer young = new Summarizer();
    MadeCourse.samples(1e5, 1e-3, 1).subList(0, 200).forEach(young::accept);
    RunSummary unfinished = young.summary("young", MadeCourse.config(1e5, 1e-3));
    Preflight preflight =
        Trends.preflight(
            MadeCourse.config(1e5, 1e-3), List.of(unfinished, unfinished, unfinished, unfinished));
    assertEquals(Verdict.NO_BASIS, preflight.verdict());
  }

  @Test
  void sizeAndRateAreAskedFor() {
    for (RunConfig config :
        List.of(
            RunConfig.EMPTY,
            new RunConfig(Map.of("learning_rate", 0.1)),
            new RunConfig(Map.of("parameters", 1000L)),
            new RunConfig(Map.of("parameters", -5L, "learning_rate", 0.1)))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Trends.preflight(config, grid))
              .getMessage();
      assertTrue(message.contains("is missing"), message);
    }
  }

  @Test
  void runsOfOneSizeGiveNoBandsForAnother() {
    List<RunSummary> one = grid.subList(0, MadeCourse.RATES.length);
    assertFalse(Trends.preflight(MadeCourse.config(1e5, 1e-2), one).bands().isEmpty());
    Preflight other = Trends.preflight(MadeCourse.config(1e6, 1e-2), one);
    assertTrue(other.bands().isEmpty());
    assertTrue(other.caveats().toString().contains("one size"), "" + other.caveats());
  }
}
