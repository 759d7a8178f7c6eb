// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsSkippedTest extends DetectorContract {
  private final StepsSkipped detector = new StepsSkipped();
  private final List<Verdict> found = new ArrayList<>();
  private long step = 200;

  @Override
  Detector fresh() {
    return new StepsSkipped();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.SKIPPED, i == 100 ? 1 : 0).set(Signal.LOSS_SCALE, i < 100 ? 65536 : 32768);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.SKIPPED, sample.step()); // a total: every step is skipped
    sample.set(Signal.LOSS_SCALE, Math.pow(2, 14 - k));
  }

  @Test
  void oneInTwoThousandIsHealthy() {
    lines(20_000, 1, 2000);
    assertEquals(List.of(), found);
  }

  @Test
  void oneInEightIsAWarning() {
    lines(100, 1, 2000);
    lines(2000, 1, 8);
    assertEquals(Severity.WARNING, newest());
  }

  @Test
  void oneInTwentyFiveIsAnInfo() {
    lines(100, 1, 2000);
    lines(1000, 1, 25);
    assertEquals(Severity.INFO, newest());
  }

  @Test
  void fortyInARowWithOverflowsAreCritical() {
    lines(100, 1, 2000);
    for (int i = 0; i < 39; i++) {
      line(1, true);
    }
    assertEquals(Severity.WARNING, newest());
    line(1, true);
    assertEquals(Severity.CRITICAL, newest());
  }

  @Test
  void aGuardThatSkipsAllStepsIsAWarning() {
    line(1, false);
    line(0, false);
    for (int i = 0; i < 60; i++) {
      line(1, false);
    }
    assertEquals(Severity.WARNING, newest());
  }

  @Test
  void aTotalThatOnlyRisesIsNoCountPerLine() {
    for (int i = 0; i < 1000; i++) {
      line(1 + i / 400, false);
    }
    assertEquals(List.of(), found);
  }

  @Test
  void aTotalIsKnownByBeingMoreThanTheSteps() {
    for (int i = 0; i < 1000; i++) {
      line(120 + i / 400, i % 400 == 0);
    }
    line(0, false); // the program was started again
    for (int i = 0; i < 100; i++) {
      line(7, i == 50);
    }
    assertEquals(List.of(), found);
    for (int i = 0; i < 40; i++) {
      line(8 + i, true);
    }
    assertEquals(Severity.CRITICAL, newest());
  }

  @Test
  void theFallOfTheScaleAtTheBeginningIsHealthy() {
    step = 0;
    for (int i = 0; i < 30; i++) {
      line(1, true);
    }
    lines(500, 1, 2000);
    assertEquals(List.of(), found);
  }

  private void lines(int count, int skipped, int every) {
    for (int i = 1; i <= count; i++) {
      line(i % every == every / 2 ? skipped : 0, false);
    }
  }

  private void line(double skipped, boolean overflow) {
    step++;
    Sample sample = Sample.ofStep(step, step * 1_000_000_000L).set(Signal.SKIPPED, skipped);
    detector.update(overflow ? sample.addNonfinite(1) : sample, found::add);
  }

  private Severity newest() {
    return found.get(found.size() - 1).severity();
  }
}
