// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ThroughputDropTest extends DetectorContract {
  private final Random random = new Random(4);
  private final ThroughputDrop detector = new ThroughputDrop();
  private final List<Verdict> found = new ArrayList<>();
  private double seconds;
  private long step;

  @Override
  Detector fresh() {
    return new ThroughputDrop();
  }

  @Override
  long nanosPerStep() {
    return 20_000_000_000L;
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.TOKENS_PER_SECOND, 1e5 * (1 + 0.03 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.TOKENS_PER_SECOND, 5e4 * (1 + 0.03 * noise));
  }

  @Test
  void aThirdSlowerForTenMinutesIsAWarning() {
    run(3600, 2, 1);
    double began = seconds;
    run(1200, 2, 0.65);
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertTrue(seconds - began > 600 && firstAt - began < 720, "after " + (firstAt - began));
  }

  @Test
  void aFifthSlowerIsAnInfo() {
    run(3600, 2, 1);
    run(1200, 2, 0.8);
    assertEquals(Severity.INFO, found.get(0).severity());
  }

  @Test
  void pausesForEvaluationsAreNothing() {
    for (int i = 0; i < 40; i++) {
      run(600, 2, 1);
      line(2 + 240, sample -> sample.set(Signal.STEP_SECONDS, 242));
    }
    assertEquals(List.of(), found);
  }

  @Test
  void aSlowStartIsNothing() {
    run(300, 20, 0.1);
    run(900, 4, 0.5);
    run(7200, 2, 1);
    assertEquals(List.of(), found);
  }

  @Test
  void aBatchThatGrowsBeginsANewLevel() {
    double tokens = 0;
    for (int i = 0; i < 4000; i++) {
      double batch = i < 2000 ? 1e5 : 3e5;
      tokens += batch;
      double all = tokens;
      double took = batch / 5e4;
      line(took, sample -> sample.set(Signal.TOKENS, all).set(Signal.STEP_SECONDS, took));
    }
    assertEquals(List.of(), found);
  }

  @Test
  void sparseLinesAreJudgedByTheirTimes() {
    run(100 * 600, 600, 1);
    double began = seconds;
    run(6 * 600, 600, 0.5);
    assertTrue(firstAt - began <= 1800, "after " + (firstAt - began));
  }

  private double firstAt = Double.NaN;

  /** So many seconds of steps; {@code speed} is a share of the usual one. */
  private void run(double length, double stepSeconds, double speed) {
    for (double passed = 0; passed < length; passed += stepSeconds) {
      double noise = 1 + 0.05 * random.nextGaussian();
      line(stepSeconds, sample -> sample.set(Signal.TOKENS_PER_SECOND, 1e5 * speed * noise));
    }
  }

  private void line(double took, Consumer<Sample> signals) {
    seconds += took;
    Sample sample = Sample.ofStep(++step, (long) (seconds * 1e9));
    signals.accept(sample);
    detector.update(sample, found::add);
    if (Double.isNaN(firstAt) && !found.isEmpty()) {
      firstAt = seconds;
    }
  }
}
