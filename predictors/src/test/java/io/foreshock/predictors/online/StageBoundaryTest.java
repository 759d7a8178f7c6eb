// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that changes its data, batch size or sequence length, and says so. */
class StageBoundaryTest {
  private static final int AT = 600;

  private final Lines lines = Lines.of("r");

  @ParameterizedTest
  @ValueSource(doubles = {0.6, 0.85, 1.15, 1.3, 1.6})
  void aShiftOfTheLevelThatTheRunAnnouncedIsNoCauseForAlarm(double factor) {
    run(1, AT, step -> 1);
    boundary(AT, "step=" + (AT + 1) + "i,");
    run(AT + 1, AT + 600, step -> factor);
    assertNothingAboveInfo();
  }

  @Test
  void theSameShiftWithoutAWordIsReported() {
    run(1, AT, step -> 1);
    run(AT + 1, AT + 600, step -> 1.3);
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void aNewNoiseIsLearned() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    run(AT + 1, AT + 600, step -> 1.1 + 0.08 * new Random(step).nextGaussian());
    assertNothingAboveInfo();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 15, 16, 17, 30, 100})
  void anExplosionSoonAfterABoundaryIsCriticalWithinFiveSamples(int after) {
    run(1, AT, step -> 1);
    boundary(AT, "");
    run(AT + 1, AT + after, step -> 1.15);
    run(AT + after + 1, AT + after + 5, step -> 1.15 * (1 + 1.5 * (step - AT - after)));
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void aJumpToThreeTimesTheLevelAtTheBoundaryItselfIsCritical() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    run(AT + 1, AT + 5, step -> 3);
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void notANumberAfterABoundaryIsCriticalAtOnce() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    lines.feed("train_step,run=r step=601i,loss=NaN 601");
    lines.feed("train_step,run=r step=602i,loss=NaN 602");
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void aGradientThatExplodesAfterABoundaryIsReported() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    for (int step = AT + 1; step <= AT + 4; step++) {
      feed(step, 1, 500);
    }
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void onTheNewLevelASmallSustainedJumpIsCriticalAgain() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    run(AT + 1, AT + 64, step -> 1.15);
    assertNothingAboveInfo();
    run(AT + 65, AT + 100, step -> 1.15 * 1.4);
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void aBoundaryAheadTakesEffectAtItsStep() {
    run(1, AT - 200, step -> 1);
    boundary(AT - 200, "step=" + (AT + 1) + "i,");
    run(AT - 199, AT, step -> 1);
    run(AT + 1, AT + 600, step -> 1.3);
    assertNothingAboveInfo();
  }

  @Test
  void aBoundaryLongAgoIsAMarkOnly() {
    run(1, AT, step -> 1);
    boundary(AT, "step=100i,");
    run(AT + 1, AT + 100, step -> 1.3);
    assertEquals(Severity.CRITICAL, worst());
  }

  @Test
  void aRollbackBehindABoundaryKeepsItAndOneBeforeItDoesNot() {
    Lines straight = lines;
    for (int to : new int[] {AT + 90, AT + 130}) {
      Lines rolledBack = Lines.of("r");
      run(rolledBack, 1, AT, 0, step -> 1);
      boundary(rolledBack, AT, "");
      run(rolledBack, AT + 1, AT + 200, 0, step -> 1.3);
      run(rolledBack, to + 1, to + 300, 1000, step -> 1.3);
      assertEquals(List.of(), aboveInfo(rolledBack), "to " + to);
    }
    run(straight, 1, AT, 0, step -> 1);
    boundary(straight, AT, "");
    run(straight, AT + 1, AT + 50, 0, step -> 1.3);
    run(straight, AT - 49, AT + 100, 1000, step -> step <= AT ? 1 : 1.3);
    assertEquals(Severity.CRITICAL, worst(), "the boundary was after the step of the rollback");
  }

  @Test
  void theStateRightAfterABoundaryIsSaved() {
    run(1, AT, step -> 1);
    boundary(AT, "");
    run(AT + 1, AT + 5, step -> 1.3);
    boundary(AT + 5, "step=700i,");
    Lines again = Lines.of("r");
    again.restore(lines.save());
    run(AT + 6, AT + 200, step -> step < 700 ? 1.3 : 1.0);
    run(again, AT + 6, AT + 200, 0, step -> step < 700 ? 1.3 : 1.0);
    assertArrayEquals(lines.save(), again.save());
    assertNothingAboveInfo();
  }

  private void run(int from, int to, IntToDoubleFunction factor) {
    run(lines, from, to, 0, factor);
  }

  /** A falling loss with noise, times a factor. */
  private static void run(Lines lines, int from, int to, long delay, IntToDoubleFunction factor) {
    for (int step = from; step <= to; step++) {
      Random random = new Random(1_000_003L * step);
      double loss = 2.5 + 2 * Math.exp(-step / 150.0) + 0.03 * random.nextGaussian();
      double norm = 0.5 * Math.exp(0.1 * random.nextGaussian());
      feed(lines, step, loss * factor.applyAsDouble(step), norm, step + delay);
    }
  }

  private void feed(int step, double factor, double norm) {
    feed(lines, step, 2.5 * factor, norm, step);
  }

  private static void feed(Lines lines, int step, double loss, double norm, long time) {
    lines.feed(
        "train_step,run=r step=%di,loss=%s,grad_norm=%s,learning_rate=0.001 %d"
            .formatted(step, loss, norm, time));
  }

  private void boundary(long time, String step) {
    boundary(lines, time, step);
  }

  private static void boundary(Lines lines, long time, String step) {
    assertEquals(
        RunWatch.Use.EVENT, lines.feed("event,run=r " + step + "kind=\"stage_boundary\" " + time));
  }

  private void assertNothingAboveInfo() {
    assertEquals(List.of(), aboveInfo(lines));
  }

  private static List<Alarm> aboveInfo(Lines lines) {
    return lines.alarms.stream()
        .filter(alarm -> alarm.verdict().severity() != Severity.INFO)
        .toList();
  }

  private Severity worst() {
    assertTrue(!lines.alarms.isEmpty(), "there are alarms");
    return lines.alarms.stream()
        .map(alarm -> alarm.verdict().severity())
        .max(Severity::compareTo)
        .orElseThrow();
  }
}
