// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import static io.foreshock.lab.corpus.shape.Drawn.median;
import static io.foreshock.lab.corpus.shape.Drawn.runs;
import static io.foreshock.lab.corpus.shape.Drawn.sketches;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs with statistics of experts or of a policy have what their descriptions claim. */
class ExpertsAndPoliciesTest {
  static Stream<Shape> shapes() {
    return Stream.of(Shape.values()).filter(Shape::hasOthers);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sharesAreSharesAndNothingIsBelowZero(Shape shape) {
    for (Sketch run : sketches(shape)) {
      run.others.forEach(
          (signal, values) -> {
            double most = Arrays.stream(values).max().orElseThrow();
            assertTrue(Arrays.stream(values).allMatch(v -> v >= 0 && v < 1e9), signal);
            assertTrue(!signal.endsWith("_share") || most <= 1, signal + ": " + most);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theLinesHaveTheSignals(Shape shape) {
    ShapeRun run = runs(shape).get(0);
    for (String signal : run.sketch().others.keySet()) {
      assertTrue(run.lines().contains("," + signal + "="), signal);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EXPERTS", "EXPERTS_STAGES", "EXPERTS_SPARSE"})
  void theLoadOfHealthyExpertsSettles(Shape shape) {
    for (Sketch run : sketches(shape)) {
      double experts = (Long) run.config.get("experts");
      double most = experts / (Long) run.config.get("active_experts") - 1;
      double last = median(run.others.get("expert_max_violation"), run.at(0.9), run.rows());
      assertTrue(last < 0.75 * most, last + " of " + most);
      double entropy = median(run.others.get("router_entropy"), run.at(0.9), run.rows());
      assertTrue(entropy > 0.2 * Math.log(experts) && entropy <= Math.log(experts));
    }
  }

  @Test
  void aCollapseSendsMostTokensToTheSameExperts() {
    for (Sketch run : sketches(Shape.EXPERTS_COLLAPSE)) {
      double most =
          (double) (Long) run.config.get("experts") / (Long) run.config.get("active_experts") - 1;
      double[] violation = run.others.get("expert_max_violation");
      assertTrue(median(violation, run.rows() - 20, run.rows()) > 0.45 * most);
      assertTrue(median(violation, run.truth().begins() - 20, run.truth().begins()) < 0.4 * most);
    }
  }

  @Test
  void boundariesAreToldInHalfOfTheStagedRuns() {
    for (Shape shape : new Shape[] {Shape.EXPERTS_STAGES, Shape.REWARDED_STAGES}) {
      long told =
          runs(shape).stream().filter(run -> run.lines().contains("stage_boundary")).count();
      assertTrue(told > 5 && told < 40, shape + ": " + told);
    }
  }

  @Test
  void aSolvedTaskHasNoSpreadAndAHighReward() {
    for (Sketch run : sketches(Shape.REWARDED_SOLVED)) {
      int from = run.at(0.95);
      assertTrue(median(run.others.get("reward_mean"), from, run.rows()) > 0.9);
      assertTrue(median(run.others.get("zero_std_share"), from, run.rows()) > 0.6);
    }
  }

  @Test
  void healthyRewardsRiseAndEntropyFalls() {
    int rose = 0;
    for (Sketch run : sketches(Shape.REWARDED)) {
      double[] reward = run.others.get("reward_mean");
      double[] entropy = run.others.get("policy_entropy");
      rose += median(reward, run.at(0.8), run.rows()) > median(reward, 0, run.at(0.1)) ? 1 : 0;
      double left = median(entropy, run.at(0.9), run.rows()) / median(entropy, 0, 10);
      assertTrue(left > 0.09 && left < 1.2, "entropy left: " + left);
    }
    assertTrue(rose > 50, "rose: " + rose);
  }

  @Test
  void groupsWithoutSpreadHaveNoneFromTheOnset() {
    for (Sketch run : sketches(Shape.POLICY_SPREADLESS)) {
      double[] share = run.others.get("zero_std_share");
      for (int i = run.truth().onset(); i < run.rows(); i++) {
        assertEquals(1, share[i]);
      }
    }
  }

  @Test
  void sickPoliciesLoseTheirReward() {
    for (Shape shape : new Shape[] {Shape.POLICY_NOISE, Shape.POLICY_DRIFT}) {
      for (Sketch run : sketches(shape)) {
        double[] reward = run.others.get("reward_mean");
        double before = median(reward, run.truth().begins() - 15, run.truth().begins());
        assertTrue(median(reward, run.rows() - 10, run.rows()) < 0.5 * before + 0.03);
      }
    }
  }
}
