// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  @Test
  void everyRuleThatTelemetryAllowsIsThereOnce() {
    List<String> ids = Baselines.all().stream().map(Baseline::id).toList();
    assertEquals(
        List.of(
            "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B10u", "B11", "B12",
            "B13", "B14", "B15", "B16", "B19", "L3", "L4", "M1", "M2", "M3", "C1"),
        ids);
  }

  @Test
  void limitsFireAboveThemAndRmsRatioFromItsOwnOn() {
    StepReading hot = new StepReading(30, 2, 50, 1, 1e3, 2.3);
    assertTrue(fires("B8", hot));
    assertFalse(fires("L3", hot)); // 1e3 is not above 1e3
    assertFalse(fires("L4", hot));
    assertTrue(fires("B19", hot));
    assertEquals(50, score("B7", hot));
    assertTrue(fires("L4", new StepReading(30, 2, 50, 1, 10_001, 1)));
  }

  @Test
  void nanMonitorReadsTheLossAloneAndTorchtitanBoth() {
    StepReading lostGradient = new StepReading(30, 2, Double.NaN, 1, 1, 1);
    assertFalse(fires("B5", lostGradient));
    assertTrue(fires("B15", lostGradient));
    assertTrue(fires("B5", new StepReading(30, Double.NaN, 1, 1, 1, 1)));
  }

  @Test
  void noRuleFiresOnWhatWasNotMeasured() {
    double absent = StepReading.ABSENT;
    for (Baseline baseline : Baselines.all()) {
      BaselineRule rule = baseline.rule().get();
      for (int step = 1; step <= 300; step++) {
        double score = rule.score(new StepReading(step, absent, absent, absent, absent, absent));
        assertFalse(score >= baseline.threshold(), baseline.id() + " at " + step + ": " + score);
      }
    }
  }

  @Test
  void linesOfAStepAreOneObservation() {
    StepCollector collector = new StepCollector();
    collector.accept(Sample.ofStep(7, 1).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 3));
    collector.accept(layer("0", 40));
    collector.accept(layer("1", 90));
    collector.accept(layer("2", Double.NaN));
    assertEquals(
        new StepReading(7, 2, 3, StepReading.ABSENT, 90, StepReading.ABSENT), collector.reading());
    assertTrue(collector.begins(Sample.ofStep(8, 2)));
    assertFalse(collector.begins(layer("3", 1)));
  }

  @Test
  void lostValueIsNaNWhenTheRunSentItBefore() {
    StepCollector collector = new StepCollector();
    collector.accept(Sample.ofStep(1, 1).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 3));
    collector.accept(Sample.ofStep(2, 2).addNonfinite(3));
    StepReading lost = collector.reading();
    assertTrue(Double.isNaN(lost.loss()));
    assertTrue(Double.isNaN(lost.gradNorm()));
    assertEquals(StepReading.ABSENT, lost.updateRms());
    collector.accept(Sample.ofStep(3, 3).set(Signal.LOSS, 2));
    assertEquals(StepReading.ABSENT, collector.reading().gradNorm());
  }

  private static Sample layer(String layer, double logit) {
    return Sample.ofLayer(layer, Sample.NO_HEAD, 7, 1).set(Signal.ATTENTION_LOGIT_MAX, logit);
  }

  private static boolean fires(String id, StepReading step) {
    return score(id, step) >= of(id).threshold();
  }

  private static double score(String id, StepReading step) {
    return of(id).rule().get().score(step);
  }

  private static Baseline of(String id) {
    return Baselines.all().stream().filter(b -> b.id().equals(id)).findFirst().orElseThrow();
  }
}
