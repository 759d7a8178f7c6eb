// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.Preflight.Verdict;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
    assertTrue(preflight.caveats().toString().contains("none of these runs were unstable"));
  }

  @Test
  void beyondRunsThatAllHadTheSameEndNothingIsKnown() {
    List<RunSummary> calm = MadeCourse.at(1e-3, 3e-3);
    List<RunSummary> lost = calm.stream().map(TrendsTest::lost).toList();
    assertEquals(Verdict.STABLE, judged(1e5, 3e-3, calm).verdict());
    assertEquals(Verdict.UNSTABLE, judged(1e5, 3e-3, lost).verdict());
    for (Preflight beyond : List.of(judged(1e5, 4e-3, calm), judged(1e5, 5e-4, lost))) {
      assertEquals(Verdict.UNCERTAIN, beyond.verdict());
      assertTrue(Double.isNaN(beyond.probability()), "" + beyond.probability());
    }
    assertEquals(Verdict.UNCERTAIN, judged(2e6, 3e-3, calm).verdict(), "twice as large");
    Preflight lower = judged(2e6, 1.4e-3, calm);
    assertEquals(Verdict.STABLE, lower.verdict());
    assertEquals(1.5e-3, lower.safeLearningRate(), 1e-9);
  }

  @Test
  void aRunInItsMiddleTellsNothingOfItsEnd() {
    RunSummary young = young(1e5, 1e-3);
    assertEquals(
        Verdict.NO_BASIS, judged(1e5, 1e-3, List.of(young, young, young, young)).verdict());
    List<RunSummary> runs = new ArrayList<>(MadeCourse.at(1e-3, 3e-3));
    runs.add(young(1e7, 1));
    Preflight preflight = judged(1e7, 1, runs);
    assertEquals(1, preflight.basis().decadesOutsideSize(), 1e-9);
    assertEquals(Math.log10(1 / 3e-3), preflight.basis().decadesOutsideRate(), 1e-9);
    assertEquals(Verdict.UNCERTAIN, preflight.verdict());
  }

  @Test
  void ofRunsWithoutAPlanTheLostOnesAreNoSample() {
    List<RunSummary> endless =
        MadeCourse.at(1e-3, 3e-3).stream()
            .map(run -> changed(lost(run), fields -> fields.remove("total_steps")))
            .toList();
    assertEquals(Verdict.NO_BASIS, judged(1e5, 1e-3, endless).verdict());
  }

  @Test
  void oneRunThatTellsNoSizeSpoilsNothing() {
    List<RunSummary> runs = new ArrayList<>(grid);
    runs.add(changed(grid.get(0), fields -> fields.remove("parameters_non_embedding")));
    Preflight preflight = judged(4e6, 1e-3, runs);
    assertEquals(Verdict.STABLE, preflight.verdict());
    assertTrue(preflight.caveats().toString().contains("1 of the runs announce no size"));
  }

  @Test
  void ratesFarOutsideHaveNeitherBandsNorCrossings() {
    Preflight preflight = judged(1e6, 1e-5, grid);
    assertTrue(preflight.bands().isEmpty() && preflight.crossings().isEmpty());
    assertFalse(judged(1e6, 5e-4, grid).bands().isEmpty());
  }

  @Test
  void aLogitOnItsWayToTheLimitIsNotCalledSafe() {
    List<RunSummary> unpunished = new ArrayList<>();
    for (RunSummary run : grid) {
      unpunished.add(
          new RunSummary(run.run(), run.config(), run.lastStep(), false, run.milestones()));
    }
    Preflight preflight = judged(1e6, 0.1, unpunished);
    assertEquals(Verdict.UNSTABLE, preflight.verdict());
    assertTrue(Double.isNaN(preflight.safeLearningRate()));
  }

  @Test
  void gradientsThatComeDownToEpsilonAreTold() {
    Preflight preflight =
        Trends.preflight(
            changed(grid.get(0), fields -> fields.put("adam_epsilon", 2e-6)).config(), grid);
    assertEquals(List.of(), preflight.crossings());
    Map<String, Object> larger = new LinkedHashMap<>(MadeCourse.config(1e6, 1e-3).fields());
    larger.put("adam_epsilon", 2e-6);
    Preflight floored = Trends.preflight(new RunConfig(larger), grid);
    assertEquals(TrendSignal.GRAD_RMS, floored.crossings().get(0).signal());
    assertEquals(Verdict.UNCERTAIN, floored.verdict());
  }

  @Test
  void fewRunsOfTwoSizesGiveNoBandWithoutATrendInSize() {
    List<RunSummary> few = new ArrayList<>();
    for (double[] one : new double[][] {{1e5, 1e-3}, {1e5, 3e-3}, {1e5, 1e-2}, {1e6, 1e-3}}) {
      few.add(MadeCourse.summary(one[0], one[1], few.size()));
    }
    few.add(MadeCourse.summary(1e6, 3e-3, 5));
    assertTrue(judged(1e7, 1e-3, few).bands().isEmpty());
  }

  private static Preflight judged(double parameters, double rate, List<RunSummary> runs) {
    return Trends.preflight(MadeCourse.config(parameters, rate), runs);
  }

  private static RunSummary young(double parameters, double rate) {
    Summarizer young = new Summarizer();
    MadeCourse.samples(parameters, rate, 1).subList(0, 40).forEach(young::accept);
    return young.summary("young", MadeCourse.config(parameters, rate));
  }

  private static RunSummary lost(RunSummary run) {
    return new RunSummary(run.run(), run.config(), run.lastStep(), true, run.milestones());
  }

  private static RunSummary changed(RunSummary run, Consumer<Map<String, Object>> change) {
    Map<String, Object> fields = new LinkedHashMap<>(run.config().fields());
    change.accept(fields);
    return new RunSummary(
        run.run(), new RunConfig(fields), run.lastStep(), run.diverged(), run.milestones());
  }

  @Test
  void sizeAndRateAreAskedFor() {
    for (RunConfig config :
        List.of(
            RunConfig.EMPTY,
            new RunConfig(Map.of("learning_rate", 0.1)),
            new RunConfig(Map.of("parameters", 1000L)))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Trends.preflight(config, grid))
              .getMessage();
      assertTrue(message.contains("is missing"), message);
    }
    RunConfig negative = new RunConfig(Map.of("parameters", -5L, "learning_rate", 0.1));
    assertEquals(
        "parameters = -5.0: expected a number above 0",
        assertThrows(IllegalArgumentException.class, () -> Trends.preflight(negative, grid))
            .getMessage());
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
