// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.StepReading;
import io.foreshock.predictors.stats.Share;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScoreboardTest {
  private static final int HORIZON = 200;

  @Test
  void baselineIsSweptToForeshocksRate() {
    // Foreshock: no false alarm. The rule at 5: one; above 6 none, and one of two runs caught
    List<JudgedRun> runs =
        List.of(
            new MadeRun("h", 500).loss(100, 110, 6).healthy(),
            new MadeRun("p", 500).loss(100, 110, 5.5f).predictable(300),
            new MadeRun("q", 500).loss(100, 110, 7).predictable(300));
    Scoreboard.Row rule = Scoreboard.of(runs, MadeRun.LOSS, HORIZON).baselines().get(0);
    assertEquals(new Share(2, 2), rule.score().predictable().foreseen());
    assertEquals(1, rule.score().healthy().falseAlarms());
    assertEquals(new Share(1, 2), rule.atForeshocksRate().predictable());
    assertEquals(7, rule.atForeshocksRate().threshold());
  }

  @Test
  void foreshockIsSweptToTheBaselinesRate_upByItsProbability() {
    List<JudgedRun> runs =
        List.of(
            new MadeRun("h", 500).loss(100, 110, 6).probability(200, 210, 0.4).healthy(),
            new MadeRun("p", 500).probability(100, 120, 0.5).predictable(300),
            new MadeRun("q", 500).probability(100, 120, 0.3).predictable(300),
            new MadeRun("r", 500).critical(150).predictable(300));
    Scoreboard board = Scoreboard.of(runs, MadeRun.LOSS, HORIZON);
    assertEquals(new Share(1, 3), board.foreshock().score().predictable().foreseen());
    assertEquals(0, board.foreshock().score().healthy().falseAlarms());
    // without a false alarm: the critical one, and the probability of 0.5
    assertEquals(new Share(2, 3), board.foreshock().atForeshocksRate().predictable());
    // with the rule's one false alarm: all three
    assertEquals(new Share(3, 3), board.baselines().get(0).foreshockAtItsRate().predictable());
  }

  @Test
  void foreshockIsSweptBelowItsOwnRate_downToItsSurestAlarms() {
    List<JudgedRun> runs =
        List.of(
            new MadeRun("h", 500).critical(100).probability(100, 100, 0.5).healthy(),
            new MadeRun("p", 500).critical(100).probability(100, 100, 0.9).predictable(300),
            new MadeRun("q", 500).critical(100).probability(100, 100, 0.4).predictable(300));
    Scoreboard board = Scoreboard.of(runs, MadeRun.LOSS, HORIZON);
    assertEquals(new Share(2, 2), board.foreshock().score().predictable().foreseen());
    assertEquals(new Share(1, 2), board.baselines().get(0).foreshockAtItsRate().predictable());
  }

  @Test
  void risingProbabilityAndTheCriticalAlarmRightAfterAreOneAlarm() {
    List<JudgedRun> runs =
        List.of(
            new MadeRun("h", 10_020).probability(100, 300, 0.9).critical(105).healthy(),
            new MadeRun("p", 500).probability(100, 300, 0.9).predictable(300));
    Sweep sweep = Sweep.ofAlarmsAndScores(runs, RunTrace::critical);
    assertEquals(1, sweep.points().size());
    assertEquals(1, sweep.points().get(0).falsePer10k(), 1e-9);
  }

  @Test
  void alwaysFiringIsNoWayToAFewFalseAlarms() {
    // the healthy run reaches 3 in 46 steps far apart, 2 in a tenth of all and 1 in every one
    MadeRun busy = new MadeRun("h", 10_020).loss(21, 1020, 2);
    for (long step = 100; step <= 1000; step += 20) {
      busy.loss(step, step, 3);
    }
    List<JudgedRun> runs =
        List.of(
            busy.healthy(),
            new MadeRun("p", 500).loss(100, 110, 3).predictable(300),
            new MadeRun("q", 500).loss(100, 110, 2).predictable(300),
            new MadeRun("r", 500).predictable(300));
    Sweep sweep = Sweep.ofScores(runs, trace -> trace.baselines().get(0));
    assertEquals(2, sweep.points().size()); // 1 is not tried
    assertEquals(46, sweep.points().get(0).falsePer10k(), 1e-9);
    assertEquals(1, sweep.points().get(1).falsePer10k(), 1e-9);
    assertEquals(new Share(0, 3), sweep.atRate(5).predictable());
    assertEquals(new Share(2, 3), sweep.atRate(46).predictable());
  }

  @Test
  void ruleThatIsOffIsOnlySwept() {
    List<Baseline> off =
        List.of(new Baseline("O", "off", Double.POSITIVE_INFINITY, () -> StepReading::loss));
    RunRecorder recorder = new RunRecorder("p", off);
    for (long step = 1; step <= 400; step++) {
      double loss = step == 100 ? Double.POSITIVE_INFINITY : step == 150 ? 7 : 1;
      recorder.accept(Sample.ofStep(step, step).set(Signal.LOSS, loss));
    }
    RunLabel label = new RunLabel("p", RunClass.PREDICTABLE, OptionalLong.of(300), 400);
    List<JudgedRun> runs = List.of(new JudgedRun(label, recorder.finish()));
    Scoreboard.Row row = Scoreboard.of(runs, off, HORIZON).baselines().get(0);
    assertEquals(new Share(0, 1), row.score().predictable().foreseen());
    assertEquals(new Share(1, 1), row.atForeshocksRate().predictable());
    assertEquals(7, row.atForeshocksRate().threshold());
    assertNull(row.foreshockAtItsRate());
  }

  @Test
  void familiesAreScoredOnTheirOwn() {
    Scoreboard board =
        Scoreboard.of(
            List.of(
                new MadeRun("a", 400).critical(100).predictable(300),
                new MadeRun("b", 500).predictable(300),
                new MadeRun("c", 500).critical(100).healthy()),
            MadeRun.LOSS,
            HORIZON);
    Map<String, Score> lengths = board.families().get("length");
    assertEquals(new Share(1, 1), lengths.get("400").predictable().foreseen());
    assertEquals(new Share(0, 1), lengths.get("500").predictable().foreseen());
    assertEquals(1, lengths.get("500").healthy().falseAlarms());
    assertEquals(
        Map.of(RunClass.HEALTHY, 1, RunClass.PREDICTABLE, 2, RunClass.SUDDEN, 0), board.runs());
  }

  @Test
  void reliabilityAsksWhetherTheRunDivergedWithinTheHorizon() {
    // 21…99 at 0.01 (too early), 100…299 at 0.9 (true), from 300 on left out
    JudgedRun unstable =
        new MadeRun("p", 500).probability(1, 99, 0.015).probability(100, 500, 0.9).predictable(300);
    JudgedRun calm = new MadeRun("h", 120).probability(1, 120, 0.015).healthy();
    Reliability reliability = Reliability.of(List.of(unstable, calm), HORIZON);
    assertEquals(79 + 200 + 100, reliability.steps());
    Reliability.Bin low = reliability.bins().get(1);
    assertEquals(179, low.steps());
    assertEquals(0, low.observed());
    Reliability.Bin high = reliability.bins().get(8);
    assertEquals(200, high.steps());
    assertEquals(1, high.observed());
    assertEquals(0.9, high.predicted(), 1e-6);
    assertEquals(200.0 / 379, reliability.baseRate(), 1e-12);
    double squares = 179 * 0.015 * 0.015 + 200 * 0.1 * 0.1;
    assertEquals(squares / 379, reliability.brier(), 1e-7);
  }

  @Test
  void whatNobodyCouldKnowIsNoMatterOfReliability() {
    // struck at 350: left out are 150…349; 21…149 did not diverge, 350…359 did
    JudgedRun struck = new MadeRun("s", 500).sudden(360, 350L);
    Reliability reliability = Reliability.of(List.of(struck), HORIZON);
    assertEquals(129 + 10, reliability.steps());
    assertEquals(10.0 / 139, reliability.baseRate(), 1e-12);
    assertTrue(Double.isNaN(Reliability.of(List.of(), HORIZON).brier()));
  }

  @Test
  void anIntervalForTheStepsLeftHoldsTheOnsetOrDoesNot() {
    // onset 300, always "100 to 150 more steps": at 21…149 later, 150…200 inside, 201…299 sooner
    JudgedRun unstable = new MadeRun("p", 500).eta(100, 150).predictable(300);
    assertEquals(
        new Reliability.Eta(99, 51, 129), Reliability.of(List.of(unstable), HORIZON).eta());
  }

  @Test
  void anIntervalThatOutlivesAHealthyRunTellsNothing() {
    // 21…349 were over before the end at 500, 350…500 not
    JudgedRun calm = new MadeRun("h", 500).eta(100, 150).healthy();
    assertEquals(new Reliability.Eta(0, 0, 329), Reliability.of(List.of(calm), HORIZON).eta());
  }
}
