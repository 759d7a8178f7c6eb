// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class HindsightTest {
  private static final long[] NEVER = {};

  private final Hindsight hindsight = new Hindsight();
  private long time;

  @Test
  void lossOnsetIsTheStepNotTheSample() {
    losses(10, 4000, 10, step -> step > 2000 ? 4 : 3);
    assertEquals(OptionalLong.of(2010), hindsight.onset());
    assertEquals(4000, hindsight.steps());
  }

  @Test
  void earliestOfLossNonFiniteAndLogitCounts() {
    losses(1, 300, 1, step -> step > 200 ? 4 : 3);
    assertEquals(OptionalLong.of(201), hindsight.onset());
    hindsight.accept(layer(190, 9_999));
    assertEquals(OptionalLong.of(201), hindsight.onset());
    hindsight.accept(layer(190, 10_001));
    assertEquals(OptionalLong.of(190), hindsight.onset());
    hindsight.accept(Sample.ofStep(150, 1).addNonfinite(1));
    assertEquals(OptionalLong.of(150), hindsight.onset());
  }

  @Test
  void slowRiseIsAnOnsetThoughNothingJumps() {
    losses(1, 600, 1, step -> step > 200 ? 3 * (1 + (step - 200) / 1000.0) : 3);
    // a tenth above the lowest level, the median of 9 being four samples behind
    assertEquals(OptionalLong.of(305), hindsight.onset());
  }

  @Test
  void spikeOfThreeSamplesIsAnOnset() {
    losses(1, 300, 1, step -> step >= 200 && step < 203 ? 6 : 3);
    assertEquals(OptionalLong.of(200), hindsight.onset());
  }

  @Test
  void blipThatRecoversIsHealthy() {
    losses(1, 300, 1, step -> step >= 200 && step < 202 ? 6 : 3);
    assertEquals(
        new RunLabel("a", RunClass.HEALTHY, OptionalLong.empty(), 300),
        hindsight.label("a", NEVER));
  }

  @Test
  void struckAtMostAHundredStepsBeforeTheOnsetIsSudden() {
    losses(1, 300, 1, step -> step > 200 ? 4 : 3);
    assertEquals(RunClass.SUDDEN, hindsight.label("a", new long[] {101}).runClass());
    assertEquals(RunClass.SUDDEN, hindsight.label("a", new long[] {201, 20}).runClass());
    assertEquals(RunClass.PREDICTABLE, hindsight.label("a", new long[] {100}).runClass());
    assertEquals(RunClass.PREDICTABLE, hindsight.label("a", new long[] {202}).runClass());
    assertEquals(RunClass.PREDICTABLE, hindsight.label("a", NEVER).runClass());
    assertEquals(List.of(20L, 201L), hindsight.label("a", new long[] {201, 20}).struck());
  }

  @Test
  void lostLossIsInfiniteAndUnmeasuredOneIsNot() {
    losses(1, 100, 1, step -> 3);
    for (long step = 101; step <= 130; step++) {
      hindsight.accept(Sample.ofStep(step, ++time).set(Signal.GRAD_NORM, 1));
    }
    assertEquals(OptionalLong.empty(), hindsight.onset());
    for (long step = 131; step <= 160; step++) {
      hindsight.accept(Sample.ofStep(step, ++time).set(Signal.LOSS, Double.NaN));
    }
    assertEquals(OptionalLong.of(131), hindsight.onset());
  }

  @Test
  void resumedRunIsJudgedOnItsLosses_notOnTheStepsItRepeats() {
    losses(1, 200, 1, step -> 5 - step * 0.015);
    losses(101, 300, 1, step -> 5 - step * 0.015);
    assertEquals(OptionalLong.empty(), hindsight.onset());
  }

  @Test
  void divergenceThatARollbackEndedKeepsItsOnset() {
    losses(1, 240, 1, step -> step > 200 ? 9 : 3);
    losses(150, 400, 1, step -> 3);
    assertEquals(OptionalLong.of(201), hindsight.onset());
  }

  @Test
  void repeatedLinesAreIgnored() {
    losses(1, 100, 1, step -> 3);
    for (long step = 60; step <= 100; step++) {
      hindsight.accept(Sample.ofStep(step, step).set(Signal.LOSS, 9));
    }
    assertEquals(OptionalLong.empty(), hindsight.onset());
  }

  @Test
  void emptyRunIsHealthyAndHasNoSteps() {
    assertEquals(
        new RunLabel("a", RunClass.HEALTHY, OptionalLong.empty(), 0), hindsight.label("a", NEVER));
  }

  private void losses(long from, long to, int every, LongToDoubleFunction loss) {
    for (long step = from; step <= to; step += every) {
      hindsight.accept(Sample.ofStep(step, ++time).set(Signal.LOSS, loss.applyAsDouble(step)));
    }
  }

  private static Sample layer(long step, double logit) {
    return Sample.ofLayer("0", Sample.NO_HEAD, step, 1).set(Signal.ATTENTION_LOGIT_MAX, logit);
  }
}
