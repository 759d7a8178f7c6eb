// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.online.RunWatch.Use;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunEvent.Status;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Silence: what a run says about its own life, and what it means when a run says nothing. */
class StallWatchTest {
  private static final long SECOND = 1_000_000_000L;

  private final Lines lines = Lines.of("r");
  private double rate = 1e-3;
  private boolean watched = true;

  @ParameterizedTest
  @CsvSource({"finished, FINISHED", "failed, FAILED", "KILLED, KILLED"})
  void aRunThatSaysThatItEndedIsNeverStalled(String status, Status ended) {
    steps(1, 437);
    assertEquals(Use.EVENT, event(438, "kind=\"end\",status=\"" + status + "\""));
    assertEquals(ended, lines.watch.life().ended());
    assertNull(silence(20_000));
    assertFalse(lines.watch.awaitsTime());
  }

  @Test
  void anEndWithoutStatusIsAGoodOneAndOneWithAnUnknownStatusIsNone() {
    steps(1, 5);
    assertEquals(Use.OTHER, event(6, "kind=\"end\",status=\"exploded\""));
    assertNull(lines.watch.life().ended());
    assertEquals(1, lines.watch.understanding().report().unread());
    event(7, "kind=\"end\"");
    assertEquals(Status.FINISHED, lines.watch.life().ended());
  }

  @Test
  void anOpenIncidentSaysThatTheRunEnded() {
    steps(1, 60);
    lines.feed("train_step,run=r step=61i,loss=NaN " + 61 * SECOND);
    lines.feed("train_step,run=r step=62i,loss=NaN " + 62 * SECOND);
    Alarm critical = lines.alarms.get(lines.alarms.size() - 1);
    assertEquals(Severity.CRITICAL, critical.verdict().severity());
    event(63, "kind=\"end\",status=\"failed\"");
    Alarm closed = lines.alarms.get(lines.alarms.size() - 1);
    assertEquals(critical.incident(), closed.incident());
    assertEquals(Alarm.State.CLOSED, closed.state());
    assertEquals(Severity.CRITICAL, closed.verdict().severity());
    String message = closed.verdict().message();
    assertTrue(message.endsWith(" The run has ended (failed)."), message);
    assertEquals(List.of(), lines.watch.openIncidents());
  }

  @Test
  void aStalledRunThatIsSaidToBeKilledSaysSo() {
    steps(1, 437);
    assertEquals(Severity.WARNING, silence(100));
    event(600, "kind=\"end\",status=\"killed\"");
    String message = lines.alarms.get(1).verdict().message();
    assertTrue(message.endsWith(" The run has ended (killed)."), message);
  }

  @Test
  void aNewerStepAStartOrAResumeMakesItRunAgain() {
    steps(1, 437);
    event(438, "kind=\"end\",status=\"failed\"");
    steps(438, 438);
    assertEquals(Status.FAILED, lines.watch.life().ended(), "it was under way");
    steps(439, 439);
    assertNull(lines.watch.life().ended());
    assertEquals(Severity.WARNING, silence(100));
    for (String kind : new String[] {"start", "resume"}) {
      event(600, "kind=\"end\",status=\"failed\"");
      event(601, "kind=\"" + kind + "\"");
      assertNull(lines.watch.life().ended(), kind);
    }
  }

  @Test
  void anEventThatComesAgainOrLateChangesNothing() {
    steps(1, 100);
    event(101, "kind=\"end\"");
    event(102, "kind=\"start\"");
    assertEquals(Use.OTHER, event(101, "kind=\"end\""));
    assertNull(lines.watch.life().ended());
    steps(200, 300);
    assertEquals(Use.OTHER, event(239, "kind=\"end\""), "61 s before the newest step");
    assertEquals(Use.EVENT, event(299, "kind=\"end\""), "the clock of another host");
    assertEquals(Status.FINISHED, lines.watch.life().ended());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluating", "checkpointing"})
  void aPhaseHasTenTimesThePatienceAndIsNamed(String phase) {
    steps(1, 437);
    event(438, phase(phase));
    assertNull(tick(438 + 599));
    assertEquals(Severity.WARNING, tick(438 + 601));
    String message = lines.alarms.get(0).verdict().message();
    assertTrue(message.contains(" while " + phase + " since step 437 "), message);
    assertEquals(phase, lines.alarms.get(0).verdict().evidence().get("phase"));
  }

  @Test
  void aRepeatedPhaseIsAHeartbeatAndEndsAStall() {
    steps(1, 437);
    for (int beat = 0; beat < 10; beat++) {
      assertEquals(Use.EVENT, event(438 + beat * 500, phase("evaluating")));
      assertNull(tick(438 + beat * 500 + 499));
    }
    assertEquals(Severity.WARNING, tick(5600));
    event(5601, phase("evaluating"));
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
  }

  @Test
  void aRepeatedTrainingIsNoHeartbeatBecauseStepsAre() {
    steps(1, 437);
    event(438, phase("evaluating"));
    event(900, phase("training"));
    assertNull(tick(959));
    assertEquals(Use.OTHER, event(950, phase("training")));
    assertEquals(Severity.WARNING, tick(961));
  }

  @Test
  void anIdleRunMayBeSilentUntilItTrains() {
    steps(1, 437);
    event(438, phase("idle"));
    assertNull(tick(80_000));
    assertFalse(lines.watch.awaitsTime());
    event(80_001, phase("training"));
    assertEquals(Severity.WARNING, tick(80_100));
  }

  @Test
  void timeInOtherPhasesMakesNoLongGaps() {
    long time = 0;
    for (int step = 1; step <= 100; step++) {
      step(step, ++time);
      if (step % 10 == 0) {
        event(time, phase("evaluating"));
        time += 300;
        event(time, phase("training"));
      }
    }
    step(101, ++time);
    assertEquals(Severity.WARNING, tick(time + 61), "not only after 3 x 300 s");
  }

  @Test
  void aPhaseInEveryGapWhoseEndNobodyTellsIsJudgedAllTheSame() {
    for (int step = 1; step <= 50; step++) {
      event(10 * step - 5, phase("evaluating"));
      step(step, 10 * step);
    }
    assertEquals(Severity.WARNING, silence(300));
  }

  @Test
  void anAnnouncedRunMustSendAStepInTime() {
    lines.feed("run_config,run=r layers=4i " + SECOND);
    assertTrue(lines.watch.awaitsTime());
    assertNull(tick(1800));
    assertEquals(Severity.WARNING, tick(1802));
    assertEquals(Severity.WARNING, tick(50_000), "never critical: nothing is lost yet");
    assertFalse(lines.watch.awaitsTime());
    step(1, 50_001);
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(lines.alarms.size() - 1).state());
  }

  @Test
  void aRunThatInitializesSaysSoAndIsWaitedFor() {
    event(1, "kind=\"start\"");
    for (int beat = 1; beat <= 10; beat++) {
      event(beat * 1000, phase("initializing"));
      assertNull(tick(beat * 1000 + 999));
    }
    assertEquals(Severity.WARNING, tick(10_000 + 1801));
    String message = lines.alarms.get(0).verdict().message();
    assertTrue(message.contains("has sent no step"), message);
    assertTrue(message.contains("while initializing"), message);
  }

  @Test
  void aRunThatStartsAgainHasTheTimeOfAStart() {
    steps(1, 437);
    event(500, "kind=\"resume\"");
    assertNull(tick(500 + 1799));
    assertEquals(Severity.WARNING, tick(500 + 1801));
  }

  @Test
  void aRunThatRepeatsItsConfigurationIsNoNewStart() {
    for (int step = 1; step <= 50; step++) {
      step(step, step);
      lines.feed("run_config,run=r layers=4i " + step * SECOND);
    }
    assertEquals(Severity.WARNING, silence(61));
  }

  @Test
  void theTimeOutCanBeSwitchedOff() {
    Lines patient = new Lines(new RunWatch("r", 200, 0));
    patient.feed("run_config,run=r layers=4i " + SECOND);
    patient.watch.tick(50_000 * SECOND, patient.alarms::add);
    assertEquals(List.of(), patient.alarms);
  }

  @Test
  void theSilenceOfASteadyRunWithoutAPlanIsCritical() {
    steps(1, 437);
    assertEquals(Severity.WARNING, silence(299));
    assertTrue(lines.watch.awaitsTime());
    assertEquals(Severity.CRITICAL, silence(301));
  }

  @Test
  void theSilenceOfAnUnsteadyRunWithoutAPlanIsAWarning() {
    Random random = new Random(1);
    long time = 0;
    for (int step = 1; step <= 437; step++) {
      time += 1 + Math.round(60 * Math.exp(1.5 * random.nextGaussian()));
      step(step, time);
    }
    assertEquals(Severity.WARNING, silence(80_000));
  }

  @Test
  void rareLongGapsLeaveARunSteady() {
    long time = 0;
    for (int step = 1; step <= 437; step++) {
      time += step % 20 == 0 ? 30 : 1;
      step(step, time);
    }
    assertEquals(Severity.CRITICAL, silence(451));
  }

  @Test
  void aRunWhoseLearningRateHasDecayedHasFinished() {
    for (int step = 1; step <= 437; step++) {
      rate = 1e-3 * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * step / 437)));
      step(step, step);
    }
    assertEquals(Severity.WARNING, silence(80_000));
    assertFalse(lines.watch.awaitsTime());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 499, 1000, 1200})
  void aRunThatStopsAtARoundStepHasFinished(int last) {
    steps(1, last);
    assertEquals(Severity.WARNING, silence(80_000));
  }

  @Test
  void aRunWhoseNextLineWouldHaveBeenThatOfARoundStepHasFinished() {
    for (int step = 0; step < 2000; step += 8) {
      step(step, step + 1);
    }
    assertEquals(Severity.WARNING, silence(80_000));
  }

  @Test
  void aShortTrialIsNothingToWakeSomebodyFor() {
    steps(1, 137);
    assertEquals(Severity.WARNING, silence(80_000));
  }

  @Test
  void aRecordedRunThatIsLoadedInAMomentIsNothingToWakeSomebodyFor() {
    watched = false;
    steps(1, 437);
    assertEquals(Severity.WARNING, silence(80_000));
  }

  @Test
  void aPlanIsStillBetterThanAGuess() {
    lines.feed("run_config,run=r total_steps=1000i 1");
    steps(1, 500);
    assertEquals(Severity.CRITICAL, silence(301), "although 500 is round");
  }

  @Test
  void savingAndRestoringChangesNothing() {
    steps(1, 437);
    event(438, phase("evaluating"));
    Lines again = Lines.of("r");
    again.watch.exchange(State.restoring(lines.save()));
    again.watch.tick((438 + 599) * SECOND, again.alarms::add);
    assertEquals(List.of(), again.alarms);
    again.watch.tick((438 + 3001) * SECOND, again.alarms::add);
    assertEquals(Severity.CRITICAL, again.alarms.get(0).verdict().severity());
  }

  /** Steps one second apart, each at its own second. */
  private void steps(int from, int to) {
    for (int step = from; step <= to; step++) {
      step(step, step);
    }
  }

  private void step(long step, long seconds) {
    lines.feed(
        "train_step,run=r step=%di,loss=2.5,learning_rate=%s %d"
            .formatted(step, rate, seconds * SECOND));
    if (watched) {
      lines.watch.tick(seconds * SECOND, lines.alarms::add);
    }
  }

  private Use event(long seconds, String fields) {
    return lines.feed("event,run=r " + fields + " " + seconds * SECOND);
  }

  private static String phase(String phase) {
    return "kind=\"phase\",phase=\"" + phase + "\"";
  }

  /** Severity of the open stall after so much silence; null when there is none. */
  private Severity silence(long seconds) {
    return tick(lines.watch.lastSignNanos() / SECOND + seconds);
  }

  private Severity tick(long seconds) {
    lines.watch.tick(seconds * SECOND, lines.alarms::add);
    return lines.watch.openIncidents().stream()
        .map(Alarm::verdict)
        .filter(verdict -> verdict.kind() == AlarmKind.STALLED)
        .map(Verdict::severity)
        .findFirst()
        .orElse(null);
  }
}
