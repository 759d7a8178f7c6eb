// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.Share;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScoreTest {
  @Test
  void predictableRunIsForeseenFiveStepsAhead() {
    Score score =
        critical(
            new MadeRun("a", 400).critical(295, 299).predictable(300),
            new MadeRun("b", 400).critical(296).predictable(300),
            new MadeRun("c", 400).critical(100, 250).predictable(300));
    assertEquals(new Share(2, 3), score.predictable().foreseen());
    assertEquals(new Share(0, 0), score.sudden().inTime());
    assertEquals(
        new Quantiles(2, 53.75, 102.5, 151.25, 190.25), score.predictable().lead()); // 5 and 200
    assertEquals(102.5 / 400, score.predictable().leadShare().median(), 1e-12);
  }

  @Test
  void suddenRunIsCaughtFromTheStrikeToFiveStepsAfterTheOnset() {
    Score score =
        critical(
            new MadeRun("a", 400).critical(195).sudden(210, 200L),
            new MadeRun("b", 400).critical(215).sudden(210, 200L),
            new MadeRun("c", 400).critical(194, 216).sudden(210, 200L),
            new MadeRun("d", 400).critical(204).sudden(210), // nothing known of the strike
            new MadeRun("e", 400).critical(204).sudden(310, 200L)); // no strike of this onset
    assertEquals(new Share(2, 5), score.sudden().inTime());
    assertEquals(-5, score.sudden().delay().median()); // −15 and +5
    assertEquals(5, score.sudden().delayAfterStrike().median()); // −5 and +15
  }

  @Test
  void precisionCountsAlarmedRunsThatAreHealthyOrInTime() {
    Score score =
        critical(
            new MadeRun("a", 400).critical(302).predictable(300), // late, but true
            new MadeRun("b", 400).critical(320).predictable(300), // neither true nor false
            new MadeRun("c", 400).critical(100).sudden(300, 300L), // at the wrong time
            new MadeRun("d", 400).critical(100, 200).healthy(),
            new MadeRun("e", 400).healthy());
    assertEquals(new Share(1, 2), score.precision());
    assertEquals(2, score.healthy().falseAlarms());
    assertEquals(760, score.healthy().steps());
    assertEquals(1e4 * 2 / 760, score.falsePer10k(), 1e-9);
  }

  @Test
  void firstTwentyStepsCountNowhereElse() {
    Score score =
        critical(
            new MadeRun("a", 400).critical(20).predictable(300),
            new MadeRun("b", 500).critical(3, 21).healthy());
    assertEquals(new Share(0, 1), score.predictable().foreseen());
    assertEquals(1, score.healthy().falseAlarms());
    assertEquals(2, score.early());
    assertEquals("b", score.healthy().longest().run());
    assertEquals(500, score.healthy().longest().steps());
    assertEquals(1, score.healthy().longest().alarms());
  }

  @Test
  void ruleThatGoesOnFiringAlarmsOnceUntilQuietForTenSamples() {
    assertArrayEquals(new int[] {99}, alarms(new MadeRun("a", 400).loss(100, 200, 5)));
    MadeRun tenQuiet = new MadeRun("a", 400).loss(100, 100, 5).loss(111, 111, 5);
    assertArrayEquals(new int[] {99, 110}, alarms(tenQuiet));
    MadeRun nineQuiet = new MadeRun("a", 400).loss(100, 100, 5).loss(110, 110, 5);
    assertArrayEquals(new int[] {99}, alarms(nineQuiet));
  }

  @Test
  void ruleThatFiresFromTheStartAlarmsAgainWhenScoringBegins() {
    assertArrayEquals(new int[] {4, 20}, alarms(new MadeRun("a", 400).loss(5, 300, 5)));
  }

  @Test
  void alarmAfterTheRunWasTakenBackBehindItsOnsetComesTooLate() {
    RunRecorder recorder = new RunRecorder("a", List.of());
    steps(recorder, 1, 320);
    steps(recorder, 200, 250);
    recorder.critical();
    JudgedRun run =
        new JudgedRun(
            new RunLabel("a", RunClass.PREDICTABLE, OptionalLong.of(300), 400), recorder.finish());
    assertEquals(new Share(0, 1), critical(run).predictable().foreseen());
  }

  @Test
  void chanceIsTheShareOfShiftsAtWhichAnAlarmIsInTime() {
    // one alarm, shifted by 1 to 379 steps within 21…400: in time where it lands up to step 295
    JudgedRun late = new MadeRun("a", 400).critical(400).predictable(300);
    assertEquals(275.0 / 379, critical(late).predictable().chance(), 1e-12);
    // a window of 16 steps, none of the alarm's own
    JudgedRun struck = new MadeRun("b", 400).critical(100).sudden(210, 200L);
    assertEquals(21.0 / 379, critical(struck).sudden().chance(), 1e-12);
    assertEquals(0, critical(new MadeRun("c", 400).predictable(300)).predictable().chance());
  }

  @Test
  void onsetMustLieWithinTheRecordedRun() {
    RunTrace trace = new MadeRun("a", 100).trace();
    RunLabel label = new RunLabel("a", RunClass.SUDDEN, OptionalLong.of(150), 0);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new JudgedRun(label, trace))
            .getMessage();
    assertEquals("a: onset = 150: expected at most 100, the last recorded step", message);
  }

  @Test
  void withoutRunsThereIsNothingToSay() {
    Score score = critical();
    assertTrue(Double.isNaN(score.falsePer10k()));
    assertTrue(Double.isNaN(score.predictable().foreseen().value()));
  }

  private static void steps(RunRecorder recorder, long from, long to) {
    for (long step = from; step <= to; step++) {
      recorder.accept(Sample.ofStep(step, step).set(Signal.LOSS, 1));
    }
  }

  private static int[] alarms(MadeRun run) {
    return run.trace().baselines().get(0).alarms();
  }

  private static Score critical(JudgedRun... runs) {
    return Score.of(List.of(runs), trace -> trace.critical().alarms());
  }
}
