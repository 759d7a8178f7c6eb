// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How evaluations reach their detector, whatever lines they come in. */
class EvaluationsOfARunTest {
  private static final AlarmKind KIND = AlarmKind.EVALUATION_REGRESSION;

  private Lines lines = Lines.of("r");
  private long time;

  @Test
  void linesOfTheMeasurementAreJudged() {
    for (int i = 1; i <= 12; i++) {
      step(100 * i);
      feed("evaluation,run=r,name=c4 step=%di,loss=%s,accuracy=%s", 100 * i, i > 9 ? 3 : 2, 1);
    }
    assertEquals(Map.of("c4", 1100L), open());
  }

  @Test
  void fieldsOfEvaluationsInLinesOfStepsAreJudged() {
    for (int i = 1; i <= 12; i++) {
      feed("train_step,run=r step=%di,loss=3,eval/loss=%s,eval/acc=%s", 100 * i, worse(i), i);
    }
    assertEquals(Map.of("eval/loss", 1100L), open());
  }

  @Test
  void linesOfAStepWithNothingButAnEvaluationAreJudged() {
    for (int i = 1; i <= 12; i++) {
      step(100 * i);
      feed("train_step,run=r step=%di,val_ppl=%s,epoch=%s", 100 * i, worse(i), i);
    }
    assertEquals(Map.of("val_ppl", 1100L), open());
    assertEquals(1, lines.watch.segments().size());
  }

  @Test
  void linesThatATagMakesEvaluationsAreJudged() {
    for (int i = 1; i <= 12; i++) {
      step(100 * i);
      feed("metrics,run=r,split=val step=%di,loss=%s,lr=%s", 100 * i, worse(i), 1);
    }
    assertEquals(Map.of("metrics", 1100L), open());
  }

  @Test
  void anEvaluationIsNoStepAndOpensNoSegment() {
    step(500);
    assertEquals(RunWatch.Use.OTHER, feed("evaluation,run=r step=%di,loss=%s,x=%s", 100, 2, 1));
    assertEquals(RunWatch.Use.OTHER, feed("evaluation,run=r step=%di,loss=%s,x=%s", 900, 2, 1));
    assertEquals(500, lines.watch.lastStep());
    assertEquals(1, lines.watch.segments().size());
    assertEquals(3.0, lines.watch.lastLoss());
  }

  @Test
  void aRollbackForgetsWhatCameAfterIt() {
    for (int i = 1; i <= 12; i++) {
      step(10 * i);
      feed("evaluation,run=r step=%di,loss=%s,x=%s", 10 * i, worse(i), 1);
    }
    assertEquals(1, open().size());
    step(86); // back
    assertEquals(2, lines.watch.segments().size());
    int before = lines.alarms.size();
    for (int i = 9; i <= 20; i++) {
      step(10 * i);
      feed("evaluation,run=r step=%di,loss=%s,x=%s", 10 * i, 2, 1);
    }
    assertEquals(before, lines.alarms.size());
    for (int i = 21; i <= 22; i++) {
      step(10 * i);
      feed("evaluation,run=r step=%di,loss=%s,x=%s", 10 * i, 3, 1);
    }
    assertEquals(before + 1, lines.alarms.size(), "the evaluations before it still count");
  }

  @Test
  void theEvaluationsOfADeadSegmentAreNotJudged() {
    for (int i = 1; i <= 9; i++) {
      step(10 * i);
      feed("evaluation,run=r step=%di,loss=%s,x=%s", 10 * i, 2, 1);
    }
    long dead = time;
    step(86);
    time = dead - 1;
    feed("evaluation,run=r step=%di,loss=%s,x=%s", 88, 9, 1);
    feed("evaluation,run=r step=%di,loss=%s,x=%s", 89, 9, 1);
    assertEquals(Map.of(), open());
  }

  @Test
  void aRestoredRunContinuesAsIfNothingHadHappened() {
    for (int i = 1; i <= 10; i++) {
      step(10 * i);
      feed("evaluation,run=r step=%di,loss=%s,x=%s", 10 * i, worse(i), 1);
    }
    Lines restored = Lines.of("r");
    restored.restore(lines.save());
    lines = restored;
    step(110);
    feed("evaluation,run=r step=%di,loss=%s,x=%s", 110, 3, 1);
    assertEquals(Map.of("loss", 110L), open());
  }

  @Test
  void paddingWithNaNAndLinesWithoutAStepAreLeftOut() {
    for (int i = 1; i <= 12; i++) {
      feed("train_step,run=r step=%di,loss=3,eval_loss=%s,x=%s", 100 * i, "NaN", i);
      lines.feed("evaluation,run=r loss=" + worse(i) + " " + ++time);
    }
    assertEquals(List.of(), lines.alarms);
  }

  /** The open incidents of evaluations: their names and the steps at which they were opened. */
  private Map<Object, Long> open() {
    return lines.watch.openIncidents().stream()
        .filter(alarm -> alarm.verdict().kind() == KIND)
        .collect(
            java.util.stream.Collectors.toMap(
                alarm -> alarm.verdict().evidence().get("evaluation"), Alarm::openedStep));
  }

  private static double worse(int i) {
    return i > 9 ? 3 : 2;
  }

  private void step(long step) {
    lines.feed("train_step,run=r step=" + step + "i,loss=3 " + ++time);
  }

  private RunWatch.Use feed(String line, long step, Object loss, Object other) {
    return lines.feed(line.formatted(step, loss, other) + " " + ++time);
  }
}
