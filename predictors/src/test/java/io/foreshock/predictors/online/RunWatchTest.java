// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.online.RunWatch.Use;
import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunWatchTest {
  /** Where the loss leaves its course: test/resources/recorded/README.md. */
  private static final int RAMP_ONSET = 329;

  private static final int JUMP_ONSET = 199;
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aHeadBeyondAllNumbersIsStoredAndNoMore() {
    Lines lines = Lines.of("r");
    String line = "train_layer,run=r,layer=0,head=2147483647 step=1i,attention_logit_max=3 1";
    assertEquals(RunWatch.Use.OTHER, lines.feed(line));
    assertEquals(RunWatch.Use.FED, lines.feed("train_step,run=r step=1i,loss=3 2"));
  }

  @Test
  void foreseesARecordedRamp() {
    Lines lines = feedAll("ramp");
    Alarm critical = firstCritical(lines);
    assertTrue(critical.step() < RAMP_ONSET - 5, "critical only at step " + critical.step());
    assertTrue(lines.watch.forecast().probability() > 0.8);
  }

  @Test
  void warnsOfARecordedRampThatSendsLossAndGradientNormAlone() {
    Lines lines = Lines.of("rec-ramp");
    for (String line : Lines.recorded("ramp")) {
      if (line.startsWith("train_step")) {
        lines.feed(line.replaceAll(",(update_rms|param_norm|log\\w*|learning_rate)=[^, ]*", ""));
      }
    }
    // nobody can foresee it from these; the loss is a seventh above its lowest by then
    assertTrue(first(Severity.WARNING, lines).step() < RAMP_ONSET + 60);
  }

  @Test
  void isCriticalWithinFiveStepsOfARecordedJump() {
    long step = firstCritical(feedAll("jump")).step();
    assertTrue(step >= JUMP_ONSET && step <= JUMP_ONSET + 5, "critical at step " + step);
  }

  @Test
  void aLineWithoutASignalDoesNotHideTheOneThatFollows() {
    Lines lines = Lines.of("rec-ramp");
    for (String line : Lines.recorded("jump")) {
      if (line.startsWith("train_step")) { // as a tracker's own values, sent apart
        lines.feed(line.replaceFirst(" .*(step=\\d+i).* ", " $1,epoch=0.5 "));
      }
      lines.feed(line);
    }
    assertEquals(
        feedAll("jump").alarms.stream().map(Alarm::verdict).toList(),
        lines.alarms.stream().map(Alarm::verdict).toList());
  }

  @Test
  void isNeverCriticalOfARecordedHotButHealthyRun() {
    Lines lines = feedAll("hot");
    assertTrue(
        lines.alarms.stream().noneMatch(a -> a.verdict().severity() == Severity.CRITICAL),
        () -> firstCritical(lines).toString());
    assertTrue(lines.watch.forecast().probability() < 0.5);
  }

  @Test
  void saveAndRestoreAtAnyPointChangesNothing() {
    List<String> recorded = Lines.recorded("ramp");
    Lines whole = feedAll("ramp");
    for (int cut : new int[] {0, 1, 150, 701, 1333, recorded.size() - 2}) {
      Lines first = Lines.of("rec-ramp");
      recorded.subList(0, cut).forEach(first::feed);
      Lines second = Lines.of("rec-ramp");
      recorded.subList(0, Math.min(200, cut)).forEach(second::feed);
      second.restore(first.save());
      assertArrayEquals(first.save(), second.save(), "saved again after " + cut);
      second.alarms.clear();
      recorded.subList(cut, recorded.size()).forEach(second::feed);
      List<Alarm> parts = new ArrayList<>(first.alarms);
      parts.addAll(second.alarms);
      assertEquals(whole.alarms, parts, "cut after " + cut);
      assertEquals(whole.watch.forecast(), second.watch.forecast());
      assertEquals(whole.watch.openIncidents(), second.watch.openIncidents());
    }
  }

  @Test
  void afterARollbackDetectorsContinueAsTheyWereAtThatStep() {
    for (int to : new int[] {90, 128, 200, 298}) {
      Lines rolledBack = Lines.of("r");
      noisy(rolledBack, 1, 300, 0, 1);
      noisy(rolledBack, to + 1, to + 100, 1000, 2);
      Lines straight = Lines.of("r");
      noisy(straight, 1, to, 0, 1);
      noisy(straight, to + 1, to + 100, 1000, 2);
      assertEquals(1, rolledBack.watch.segment());
      assertEquals(kinds(straight, to), kinds(rolledBack, to), "rolled back to " + to);
      assertEquals(straight.watch.forecast(), rolledBack.watch.forecast());
      assertEquals(straight.watch.lastLoss(), rolledBack.watch.lastLoss());
    }
  }

  @Test
  void aRollbackFarBackStillStartsFromCleanBaselines() {
    Lines lines = Lines.of("r");
    noisy(lines, 1, 5000, 0, 1);
    for (int step = 5001; step <= 5100; step++) {
      lines.step(step, step, 9);
    }
    int before = lines.alarms.size();
    noisy(lines, 1001, 1100, 10_000, 1);
    List<Alarm> after = lines.alarms.subList(before, lines.alarms.size());
    assertTrue(after.stream().allMatch(a -> a.state() == Alarm.State.CLOSED), after::toString);
    assertTrue(after.stream().allMatch(a -> a.segment() == 0));
    assertFalse(after.isEmpty());
  }

  @Test
  void aRestartRepeatsTheConfigurationAndKeepsWhatWasSaid() {
    Lines lines = Lines.of("r");
    assertEquals(Use.CONFIG, lines.feed("run_config,run=r layers=4i,adam_beta2=0.9 1"));
    assertEquals(Use.CONFIG, lines.feed("run_config,run=r adam_beta2=0.99 2"));
    assertEquals(0.99, lines.watch.config().number(ConfigField.ADAM_BETA2).getAsDouble());
    assertEquals(4, lines.watch.config().number(ConfigField.LAYERS).getAsDouble());
    assertEquals(Use.OTHER, lines.feed("gpu,run=r temperature=70 3"));
  }

  @Test
  void reportsOnceThatARunHasStalledAndThatItContinues() {
    Lines lines = Lines.of("r");
    for (int step = 1; step <= 20; step++) {
      lines.step(step, step * SECOND, 2);
    }
    lines.watch.tick(60 * SECOND, lines.alarms::add);
    assertEquals(List.of(), lines.alarms);
    lines.watch.tick(90 * SECOND, lines.alarms::add);
    lines.watch.tick(91 * SECOND, lines.alarms::add);
    assertEquals(1, lines.alarms.size());
    assertEquals("r/0/stalled/20", lines.alarms.get(0).incident());
    lines.step(21, 95 * SECOND, 2);
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
  }

  @Test
  void aRunThatTookAllItsStepsHasNotStalled() {
    Lines lines = Lines.of("r");
    lines.feed("run_config,run=r total_steps=20i 1");
    for (int step = 1; step <= 20; step++) {
      lines.step(step, step * SECOND, 2);
    }
    lines.watch.tick(5000 * SECOND, lines.alarms::add);
    assertEquals(List.of(), lines.alarms);
  }

  @Test
  void aLossThatIsNaNFromTheFirstStepsOnIsCritical() {
    Lines lines = Lines.of("r");
    lines.feed("train_step,run=r step=1i,loss=NaN 1");
    lines.feed("train_step,run=r step=2i,loss=NaN 2");
    assertEquals(2, first(Severity.CRITICAL, lines).step());
  }

  @Test
  void aLossThatExplodesWithinFourLinesIsCritical() {
    Lines lines = Lines.of("r");
    double[] losses = {1.5, 1.4, 7.1, 44};
    for (int i = 0; i < losses.length; i++) {
      lines.feed("train_step,run=r step=%di,loss=%s %d".formatted(25 * (i + 1), losses[i], i + 1));
    }
    assertEquals(100, first(Severity.CRITICAL, lines).step());
  }

  @Test
  void aLossThatTheSenderDropsIsCritical() {
    Lines lines = Lines.of("r");
    for (int step = 10; step <= 60; step += 10) {
      lines.feed("train_step,run=r step=" + step + "i,loss=2.5,learning_rate=0.001 " + step);
    }
    lines.feed("train_step,run=r step=70i 70");
    lines.feed("train_step,run=r step=80i 80");
    assertEquals(80, first(Severity.CRITICAL, lines).step());
  }

  @Test
  void aSecondBlowInsideAnOpenIncidentIsTold() {
    Lines lines = Lines.of("r");
    noisy(lines, 1, 200, 0, 1);
    for (int step = 201; step <= 225; step++) {
      lines.step(step, step, step <= 204 || step > 215 ? 9 : 2.1);
    }
    List<Alarm> critical =
        lines.alarms.stream()
            .filter(a -> a.verdict().kind() == AlarmKind.LOSS_SPIKE)
            .filter(a -> a.verdict().severity() == Severity.CRITICAL)
            .toList();
    assertEquals(2, critical.size(), critical::toString);
    assertTrue(critical.get(1).step() > 215);
    assertEquals(critical.get(0).incident(), critical.get(1).incident());
  }

  /** Steps with a noisy falling loss that depends on the step alone and {@code seed}. */
  private static void noisy(Lines lines, int from, int to, long delay, int seed) {
    for (int step = from; step <= to; step++) {
      double noise = new Random(seed * 100_000L + step).nextGaussian();
      double jump = seed == 2 && step >= from + 40 ? 3 : 0;
      lines.step(step, step + delay, 2 + 2 * Math.exp(-step / 80.0) + 0.03 * noise + jump);
    }
  }

  private static List<String> kinds(Lines lines, int after) {
    return lines.alarms.stream()
        .filter(a -> a.step() > after && a.state() != Alarm.State.CLOSED && a.timeNanos() > 1000)
        .map(a -> a.step() + " " + a.state() + " " + a.verdict())
        .toList();
  }

  private static Lines feedAll(String name) {
    Lines lines = Lines.of("rec-" + name);
    Lines.recorded(name).forEach(lines::feed);
    return lines;
  }

  private static Alarm firstCritical(Lines lines) {
    return first(Severity.CRITICAL, lines);
  }

  private static Alarm first(Severity severity, Lines lines) {
    return lines.alarms.stream()
        .filter(a -> a.verdict().severity() == severity)
        .findFirst()
        .orElseThrow(() -> new AssertionError("never " + severity));
  }
}
