// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.rule.Condition;
import io.foreshock.predictors.rule.Span;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of the user's own in one run. */
class RulesTest {
  private static final Condition ABOVE_3 = new Condition.Above(3);
  private static final long MINUTE = 60_000_000_000L;

  private final Lines lines = Lines.of("r");

  @Test
  void anyNumberOfAnyLineCanBeJudged() {
    lines.watch.rules(List.of(rule("hot", "temperature", ABOVE_3)));
    lines.feed("gpu,run=r,host=a temperature=2 1");
    assertEquals(List.of(), lines.alarms);
    lines.feed("gpu,run=r,host=a temperature=5 2");
    Alarm alarm = lines.alarms.get(0);
    assertEquals("rule.hot", alarm.verdict().kindName());
    assertEquals(Alarm.State.OPEN, alarm.state());
    assertEquals("temperature", alarm.verdict().where().signal());
    assertEquals(new Verdict.Measured(5, 3), alarm.verdict().measured());
    assertEquals("temperature (host a) is 5.0, above 3.0.", alarm.verdict().message());
    assertEquals("r/0/rule.hot/0", alarm.incident());
  }

  @Test
  void signalsOfTheContractAreJudgedBesideFieldsThatItDoesNotKnow() {
    lines.watch.rules(
        List.of(rule("own", "mine", ABOVE_3), rule("loss", "loss", new Condition.Below(1))));
    lines.feed("train_step,run=r step=1i,loss=0.5,mine=4 1");
    lines.feed("evaluation,run=r step=1i,loss=0.2 2"); // another loss
    assertEquals(List.of("rule.own", "rule.loss"), kinds());
  }

  @Test
  void aSecondLineOfAStepIsJudgedAndARepeatedOneIsNot() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,mine=4 1");
    lines.feed("train_step,run=r step=1i,mine=99 1");
    assertEquals(1, lines.alarms.size());
    assertEquals(4, lines.alarms.get(0).verdict().measured().value());
  }

  @ParameterizedTest
  @CsvSource({"1, 6", "10, 15", "16, never"})
  void aConditionMustHoldForItsStretch(int steps, String firstAt) {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3, new Span(steps, 0))));
    for (int step = 1; step <= 20; step++) {
      mine(step, step > 5 ? 4 : 1);
    }
    assertEquals(firstAt, first());
  }

  @Test
  void oneGoodSampleBeginsTheStretchAnewAndNanDoesNot() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3, new Span(5, 0))));
    double[] values = {4, 4, 4, 1, 4, 4, Double.NaN, 4, 4, 4};
    for (int i = 0; i < values.length; i++) {
      mine(i + 1, values[i]);
    }
    assertEquals("9", first());
  }

  @Test
  void minutesAreThoseOfTheLines() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3, Span.parse("5 minutes"))));
    for (int minute = 1; minute <= 10; minute++) {
      lines.feed("probe,run=r mine=4 " + minute * MINUTE);
    }
    assertEquals(6 * MINUTE, lines.alarms.get(0).timeNanos());
  }

  @Test
  void anIncidentClosesAfterAWhileOfCalm() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    for (int step = 1; step <= 60; step++) {
      mine(step, step == 5 || step == 7 ? 4 : 1);
    }
    assertEquals(2, lines.alarms.size());
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
    assertEquals(40, lines.alarms.get(1).step());
    assertEquals(List.of(), lines.watch.openIncidents());
  }

  @Test
  void layersAreJudgedEachForItselfAndTheFirstIsNamed() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3, new Span(3, 0))));
    for (int step = 1; step <= 9; step++) {
      lines.feed("probe,run=r,layer=0 step=" + step + "i,mine=" + (step % 2 == 0 ? 4 : 1) + " 1");
      lines.feed("probe,run=r,layer=1 step=" + step + "i,mine=" + (step > 4 ? 4 : 1) + " 1");
    }
    assertEquals("1", lines.alarms.get(0).verdict().where().layer());
    assertEquals(7, lines.alarms.get(0).step());
  }

  @Test
  void aRollbackClosesTheIncidentAndTheRuleGoesOnFromTheCheckpoint() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3, new Span(2, 0))));
    for (int step = 1; step <= 10; step++) {
      mine(step, step > 7 ? 4 : 1);
    }
    lines.feed("train_step,run=r step=5i,loss=2,mine=4 1000");
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
    lines.feed("train_step,run=r step=6i,loss=2,mine=4 1001");
    Alarm again = lines.alarms.get(2);
    assertEquals("r/1/rule.own/6", again.incident());
    assertEquals(1, again.segment());
  }

  @Test
  void aRuleIsForTheRunsOfItsPatternOrTags() {
    assertTrue(forRuns("prod-*").isFor("prod-7", List.of()));
    assertTrue(forRuns("a.b?").isFor("a.b1", List.of()));
    assertTrue(!forRuns("a.b?").isFor("axb1", List.of()));
    assertTrue(!forRuns("prod-*").isFor("my-prod-7", List.of()));
    Rule tagged =
        new Rule(
            "own",
            "mine",
            null,
            null,
            ABOVE_3,
            Span.ONE_STEP,
            Severity.INFO,
            "*",
            List.of("prod", "hero"),
            "");
    lines.watch.rules(List.of(tagged));
    mine(1, 9);
    lines.feed("run_config,run=r tags=\"hero, small\" 5");
    assertEquals(List.of(), lines.alarms);
    mine(2, 9);
    assertEquals(List.of("rule.own"), kinds());
  }

  @Test
  void aRuleThatIsChangedOrRemovedClosesItsIncident() {
    Rule rule = rule("own", "mine", ABOVE_3);
    lines.watch.rules(List.of(rule));
    mine(1, 9);
    lines.watch.rules(List.of(rule), 3, lines.alarms::add);
    assertEquals(1, lines.alarms.size(), "the same rule goes on");
    lines.watch.rules(List.of(rule("own", "mine", new Condition.Above(8))), 3, lines.alarms::add);
    Alarm closed = lines.alarms.get(1);
    assertEquals(Alarm.State.CLOSED, closed.state());
    assertTrue(closed.verdict().message().endsWith("The rule was changed or removed."));
    mine(2, 9);
    assertEquals("r/0/rule.own/2", lines.alarms.get(2).incident());
  }

  @Test
  void anIncidentOfARunWithoutTrainingStepsClosesNoEarlierThanItOpened() {
    lines.watch.rules(List.of(rule("hot", "temperature", ABOVE_3)));
    lines.feed("gpu,run=r step=4i,temperature=9 1");
    lines.watch.rules(List.of(), 3, lines.alarms::add);
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
    assertEquals(4, lines.alarms.get(1).step());
  }

  @Test
  void aMessageNamesTheSeries() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    lines.feed("train_layer,run=r,segment=0,layer=1,head=2 step=2i,mine=5 2");
    Verdict verdict = lines.alarms.get(0).verdict();
    assertEquals("mine (head 2) in layer 1 is 5.0, above 3.0.", verdict.message());
    assertEquals("head 2", verdict.evidence().get("series"));
  }

  @Test
  void longTagsAreCutInAMessage() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    lines.feed("gpu,run=r,host=" + "h".repeat(900) + " step=1i,mine=5 1");
    String message = lines.alarms.get(0).verdict().message();
    assertTrue(message.contains("hhh…) is 5.0"), message);
    assertTrue(message.length() < 150, message);
  }

  @Test
  void deviationsOfWhatNeverMovedAreNotCounted() {
    lines.watch.rules(List.of(rule("own", "mine", new Condition.Outside(6))));
    for (int step = 1; step <= 30; step++) {
      mine(step, step < 30 ? 0 : 0.1);
    }
    String message = lines.alarms.get(0).verdict().message();
    assertTrue(message.contains(" over 1000 deviations from what was expected"), message);
  }

  @Test
  void infinityIsNamed() {
    assertEquals("infinite", Finding.figure(Double.POSITIVE_INFINITY));
    assertEquals("-infinite", Finding.figure(Double.NEGATIVE_INFINITY));
  }

  @Test
  void theEndOfTheRunClosesItsIncidents() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    mine(1, 9);
    lines.feed("event,run=r kind=\"end\",status=\"failed\" 2");
    assertEquals(Alarm.State.CLOSED, lines.alarms.get(1).state());
    assertTrue(lines.alarms.get(1).verdict().message().endsWith("The run has ended (failed)."));
  }

  @Test
  void itSaysWhatItLacks() {
    lines.watch.rules(List.of(rule("own", "mine", new Condition.Outside(6))));
    assertInstanceOf(Judging.NothingToJudgeBy.class, judging());
    mine(1, 1);
    assertEquals(new Judging.WarmingUp(1, 16), judging());
    for (int step = 2; step < 20; step++) {
      mine(step, 1);
    }
    assertInstanceOf(Judging.Active.class, judging());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8, 11, 30})
  void goesOnAfterSaveAndRestoreAsIfNothingHadHappened(int cut) {
    Rule rule = rule("own", "mine", ABOVE_3, new Span(5, 0));
    Lines other = Lines.of("r");
    lines.watch.rules(List.of(rule));
    other.watch.rules(List.of(rule));
    List<String> written = new ArrayList<>();
    for (int step = 1; step <= 60; step++) {
      written.add(
          "train_step,run=r step=%1$di,mine=%2$d %1$d"
              .formatted(step, step > 5 && step < 20 ? 4 : 1));
    }
    written.forEach(other::feed);
    written.subList(0, cut).forEach(lines::feed);
    Lines restored = Lines.of("r");
    restored.watch.rules(List.of(rule));
    restored.restore(lines.save());
    restored.alarms.addAll(lines.alarms);
    written.subList(cut, written.size()).forEach(restored::feed);
    assertEquals(other.alarms, restored.alarms);
  }

  @Test
  void theIncidentOfARuleThatIsGoneAfterARestoreIsClosedWithTheNextLine() {
    lines.watch.rules(List.of(rule("own", "mine", ABOVE_3)));
    mine(1, 9);
    Lines restored = Lines.of("r");
    restored.restore(lines.save());
    assertEquals(1, restored.watch.openIncidents().size());
    Lines twice = Lines.of("r");
    twice.restore(restored.save());
    twice.feed("train_step,run=r step=2i,loss=1 2");
    assertEquals(Alarm.State.CLOSED, twice.alarms.get(0).state());
    assertEquals(List.of(), twice.watch.openIncidents());
  }

  @Test
  void aLineThatARuleJudgesIsUnderstood() {
    lines.watch.rules(List.of(rule("hot", "temperature", ABOVE_3)));
    lines.feed("gpu,run=r temperature=2 1");
    lines.feed("gpu,run=r power=2 2");
    assertEquals(1, lines.watch.understanding().report().unread());
    assertEquals(List.of("power"), lines.watch.understanding().report().unreadFields());
  }

  @Test
  void aRuleWithoutANameOrSignalIsRefused() {
    assertRefused("a b", "mine", "name = 'a b': expected letters, digits");
    assertRefused("", "mine", "name = '': expected letters");
    assertRefused("..", "mine", "name = '..': expected"); // no path of the API could name it
    assertRefused("own", " ", "signal is missing");
  }

  /** The two ways to say "for that long": live at one threshold, and scores for all thresholds. */
  @ParameterizedTest
  @CsvSource({"1, 1", "7, 1", "7, 3", "40, 10", "3, 100"})
  void theScoreOfARecordedRunFiresWhereTheLiveRuleDoes(int span, int gap) throws Exception {
    Random random = new Random(span * 31L + gap);
    Rule rule = rule("own", "mine", ABOVE_3, new Span(span, 0));
    RuleWatch live = new RuleWatch(rule, "r");
    RuleScore score = new RuleScore(rule);
    List<Long> raised = new ArrayList<>();
    List<Long> scored = new ArrayList<>();
    Point point = new Point();
    double value = 3;
    for (long step = 1; step <= 4000; step += 1 + random.nextInt(gap)) {
      value += 0.3 * random.nextGaussian() + 0.05 * (3 - value);
      byte[] line =
          "probe,run=r step=%di,mine=%s %d"
              .formatted(step, value, step)
              .getBytes(StandardCharsets.UTF_8);
      new LineParser().parse(line, 0, line.length, point);
      int before = raised.size();
      live.incidents().end("", 0, 0, alarm -> {}); // so that each verdict opens an incident
      long at = step;
      live.line(
          point,
          0,
          step,
          alarm -> {
            if (alarm.state() == Alarm.State.OPEN) {
              raised.add(at);
            }
          });
      assertTrue(raised.size() <= before + 1);
      if (score.add(point, step) > 3) {
        scored.add(step);
      }
    }
    assertEquals(raised, scored);
    assertTrue(raised.size() > 2, raised.size() + " alarms");
  }

  private void assertRefused(String name, String signal, String reason) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> rule(name, signal, ABOVE_3));
    assertTrue(e.getMessage().startsWith(reason), e.getMessage());
  }

  private void mine(int step, double value) {
    lines.feed("train_step,run=r step=%di,loss=2,mine=%s %d".formatted(step, value, step));
  }

  private String first() {
    return lines.alarms.isEmpty() ? "never" : String.valueOf(lines.alarms.get(0).step());
  }

  private List<String> kinds() {
    return lines.alarms.stream().map(alarm -> alarm.verdict().kindName()).toList();
  }

  private Judging judging() {
    return lines.watch.judgings().byRule().get("own");
  }

  private static Rule rule(String name, String signal, Condition condition) {
    return rule(name, signal, condition, Span.ONE_STEP);
  }

  private static Rule rule(String name, String signal, Condition condition, Span span) {
    return new Rule(
        name, signal, null, null, condition, span, Severity.WARNING, "*", List.of(), "");
  }

  private static Rule forRuns(String pattern) {
    return new Rule(
        "own", "mine", null, null, ABOVE_3, Span.ONE_STEP, Severity.INFO, pattern, List.of(), "");
  }
}
