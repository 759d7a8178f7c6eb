// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Stragglers, through the watch of a run, whose detectors see only one rank's lines. */
class RankTimesTest {
  private static final int RANKS = 8;
  private static final long SECOND = 1_000_000_000L;

  private final Lines lines = Lines.of("r");
  private final Random random = new Random(6);
  private long step;

  @Test
  void theSlowRankIsNamed() {
    steps(600, 1);
    assertEquals(List.of(), lines.alarms);
    steps(600, 1.4);
    Alarm alarm = lines.alarms.get(0);
    assertEquals(AlarmKind.STRAGGLER, alarm.verdict().kind());
    assertEquals(Severity.WARNING, alarm.verdict().severity());
    assertEquals(5, alarm.verdict().evidence().get("rank"));
    assertTrue(alarm.step() > 600 && alarm.step() < 1020, "at " + alarm.step());
    assertTrue(alarm.verdict().message().startsWith("Rank 5 is slow: its steps take 1.4"));
    assertEquals(1, lines.alarms.size(), "one incident while it lasts");
    steps(900, 1);
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(lines.alarms.size() - 1).state());
  }

  @Test
  void aFifthSlowerIsAnInfo() {
    steps(600, 1);
    steps(600, 1.2);
    assertEquals(Severity.INFO, lines.alarms.get(0).verdict().severity());
  }

  @Test
  void aPauseOfOneRankIsNothing() {
    for (int i = 0; i < 10; i++) {
      steps(100, 1);
      steps(1, 60);
    }
    assertEquals(List.of(), lines.alarms);
  }

  @Test
  void linesOfOtherRanksRepeatNothingAndRollNothingBack() {
    steps(100, 1);
    Understood understood = lines.watch.understanding().report();
    assertEquals(
        List.of(0L, 0L, 0L), List.of(understood.repeated(), understood.late(), understood.split()));
    assertEquals(1, lines.watch.segments().size());
    rank(1, step - 2, 1, SECOND / 2); // its clock is ahead, and it is late
    assertEquals(1, lines.watch.segments().size());
    rank(0, step - 20, 1, SECOND / 2);
    assertEquals(2, lines.watch.segments().size(), "rank 0 went back to a checkpoint");
  }

  @Test
  void aRestoredWatchNamesItToo() {
    steps(600, 1);
    steps(200, 1.4);
    lines.restore(lines.save());
    assertEquals(List.of(), lines.alarms);
    steps(200, 1.4);
    assertEquals(AlarmKind.STRAGGLER, lines.alarms.get(0).verdict().kind());
  }

  @Test
  void twoRanksAreNotJudged() {
    for (int i = 0; i < 1200; i++) {
      step++;
      rank(0, step, 1, 0);
      rank(1, step, 2, 0);
    }
    assertEquals(List.of(), lines.alarms);
  }

  /** Steps of all ranks, of which rank 5 takes longer by a factor. */
  private void steps(int count, double factor) {
    for (int i = 0; i < count; i++) {
      step++;
      for (int rank = 0; rank < RANKS; rank++) {
        double took = (1 + 0.03 * random.nextGaussian()) * (rank == 5 ? factor : 1);
        rank(rank, step, took, 1000L * rank);
      }
    }
  }

  private void rank(int rank, long at, double took, long laterNanos) {
    lines.feed(
        "train_step,run=r,rank=%d step=%di,step_seconds=%s %d"
            .formatted(rank, at, took, step * SECOND + laterNanos));
  }
}
