// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonFiniteTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new NonFinite();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 0.01 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, k % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
  }

  @Override
  boolean countsNonfinite() {
    return true;
  }

  @Test
  void aLossThatStaysNonFiniteIsCriticalFromTheSecondOn() {
    List<Verdict> found = feed(fresh(), stream(1));
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertEquals(Severity.CRITICAL, found.get(1).severity());
  }

  @ParameterizedTest
  @ValueSource(strings = {"float16", "FP16", "16-mixed", "torch.float16", "half"})
  void aSingleOverflowOfScaledGradientsIsNormal(String precision) {
    assertEquals(Severity.INFO, ofOneOverflow(precision));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "bf16-mixed", "torch.bfloat16", "float32"})
  void withoutScalingItIsNot(String precision) {
    assertEquals(Severity.WARNING, ofOneOverflow(precision));
  }

  private Severity ofOneOverflow(String precision) {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("precision", precision)));
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step <= 5; step++) {
      Sample sample = Sample.ofStep(step, 0).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 1);
      detector.update(sample.addNonfinite(step == 3 ? 12 : 0), found::add);
    }
    assertEquals(1, found.size());
    return found.get(0).severity();
  }

  @Test
  void gradientsThatStayNonFiniteAreCritical() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    for (long step = 1; step <= 4; step++) {
      detector.update(Sample.ofStep(step, 0).set(Signal.LOSS, 2).addNonfinite(1), found::add);
    }
    assertTrue(found.get(3).severity() == Severity.CRITICAL);
  }

  @Test
  void aSkippedStepWithoutALossIsNoNonFiniteLoss() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    for (long step = 1; step <= 2; step++) {
      Sample sample = Sample.ofStep(step, 0).set(Signal.SKIPPED, 1);
      detector.update(sample.addNonfinite(4), found::add);
    }
    assertEquals(Signal.GRAD_NORM, found.get(1).where().signal());
    assertEquals(Severity.WARNING, found.get(1).severity());
  }

  @Test
  void aSkippedStepThatSendsNeitherLossNorCountIsNoAlarm() {
    List<Verdict> found = new ArrayList<>();
    fresh().update(Sample.ofStep(1, 0).set(Signal.SKIPPED, 3), found::add);
    assertEquals(List.of(), found);
  }
}
