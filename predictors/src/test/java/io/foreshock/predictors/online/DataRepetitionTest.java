// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class DataRepetitionTest extends DetectorContract {
  private static final int CHANGE = 200;

  @Override
  Detector fresh() {
    return new DataRepetition();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
    sample.set(Signal.LEARNING_RATE, 1e-3);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 1.4 + 0.03 * noise);
    sample.set(Signal.LEARNING_RATE, 1e-3);
  }

  @Test
  void aSmallerFallIsToldWhenTheBatchIndexHasGoneBack() {
    List<Verdict> found =
        falling(0.15, (sample, step) -> rate(sample, 1e-3).set(Signal.BATCH, batch(step)));
    assertFalse(found.isEmpty());
    assertEquals(true, found.get(0).evidence().get("batches_again"));
    assertEquals(List.of(), falling(0.15, (sample, step) -> rate(sample, 1e-3)));
  }

  @Test
  void aSmallerFallIsToldAfterADeclaredResume() {
    assertFalse(
        falling(0.15, (s, step) -> rate(s, 1e-3).inSegment(step > CHANGE ? 1 : 0)).isEmpty());
  }

  @Test
  void aBatchIndexThatGoesBackAloneIsNoTrouble() {
    assertEquals(
        List.of(), falling(0, (sample, step) -> rate(sample, 1e-3).set(Signal.BATCH, batch(step))));
  }

  @Test
  void aLowerLearningRateExplainsTheFall() {
    assertEquals(
        List.of(), falling(0.5, (sample, step) -> rate(sample, step > CHANGE ? 2e-4 : 1e-3)));
    assertFalse(falling(0.5, (sample, step) -> rate(sample, 1e-3)).isEmpty());
  }

  @Test
  void withoutALearningRateOnlyAGreatFallIsTold() {
    assertEquals(List.of(), falling(0.25, (sample, step) -> {}));
    assertFalse(falling(0.25, (sample, step) -> rate(sample, 1e-3)).isEmpty());
    assertFalse(falling(0.6, (sample, step) -> {}).isEmpty());
  }

  @Test
  void aFallThatTakesAHundredStepsIsLearning() {
    Detector detector = fresh();
    Random random = new Random(3);
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= 600; step++) {
      double learnt = 1 / (1 + Math.exp(-(step - 300) / 25.0));
      Sample sample = rate(Sample.ofStep(step, step), 1e-3);
      sample.set(Signal.LOSS, 3.3 - 0.8 * learnt + 0.03 * random.nextGaussian());
      detector.update(sample, found::add);
    }
    assertEquals(List.of(), found);
  }

  @Test
  void theReturnFromARiseIsNoFall() {
    Detector detector = fresh();
    Random random = new Random(3);
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= 600; step++) {
      double rise = step > 200 && step <= 400 ? 1 : 0;
      Sample sample = rate(Sample.ofStep(step, step), 1e-3);
      sample.set(Signal.LOSS, 2 + rise + 0.03 * random.nextGaussian());
      detector.update(sample, found::add);
    }
    assertEquals(List.of(), found);
  }

  /** A loss of 2 that falls by {@code drop} at once after {@link #CHANGE} steps, for good. */
  private List<Verdict> falling(double drop, BiConsumer<Sample, Integer> more) {
    Detector detector = fresh();
    Random random = new Random(3);
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= CHANGE + 60; step++) {
      Sample sample = Sample.ofStep(step, step);
      double low = step > CHANGE ? drop : 0;
      sample.set(Signal.LOSS, 2 - low + 0.01 * random.nextGaussian());
      more.accept(sample, step);
      detector.update(sample, found::add);
    }
    assertTrue(found.stream().allMatch(v -> v.severity() == Severity.INFO));
    return found;
  }

  private static double batch(int step) {
    return step > CHANGE ? step - CHANGE : step;
  }

  private static Sample rate(Sample sample, double rate) {
    return sample.set(Signal.LEARNING_RATE, rate);
  }
}
