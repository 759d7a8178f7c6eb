// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnderstandingTest {
  private static final String MAP =
      " Rename the fields, or map them: --map FROM=TO, or names: in the monitor's configuration.";

  private final Lines lines = Lines.of("r");

  @Test
  void nothingIsSaidOfARunThatIsUnderstood() {
    lines.feed("run_config,run=r layers=2i 1");
    lines.step(1, 1, 2);
    lines.feed("train_step,run=r step=2i,nonfinite=0i 2");
    lines.feed("event,run=r kind=\"note\" 3");
    assertEquals(List.of(), said());
    assertEquals(5, lines.watch.understanding().report().lines());
  }

  @Test
  void linesWithoutASignalAreCountedWithTheNamesOfTheirFields() {
    lines.feed("train_step,run=r step=1i,cost=3,acc=0.5 1");
    lines.feed("train_step,run=r step=2i,cost=3,loss=\"high\" 2");
    lines.feed("train_step,run=r step=3i,loss=2 3");
    assertEquals(
        List.of("2 of 3 lines held no signal that Foreshock knows: fields cost, acc, loss." + MAP),
        said());
  }

  @Test
  void linesOfOtherMeasurementsAreCountedToo() {
    lines.feed("metrics,run=r loss=3 1");
    assertEquals(
        List.of(
            "1 of 1 line held no signal that Foreshock knows: field loss."
                + " 1 of them had no field step."
                + MAP),
        said());
    assertEquals(1, lines.watch.understanding().unread());
  }

  @Test
  void fieldsThatNoDetectorUsesAreNamedOnce() {
    for (int step = 1; step <= 3; step++) {
      lines.feed("train_step,run=r step=" + step + "i,loss=2,epoch=1,note=\"x\" " + step);
    }
    assertEquals(List.of("No detector uses the fields epoch, note."), said());
  }

  @Test
  void evaluationsAreNoMisunderstanding() {
    lines.feed("evaluation,run=r step=1i,loss=2 1");
    lines.feed("validation,run=r step=1i,loss=2 2");
    lines.feed("metrics,run=r eval/loss=2,eval/runtime=2 3");
    assertEquals(
        List.of("3 of 3 lines are of evaluations. Of their fields only losses are judged."),
        said());
  }

  @Test
  void theLastRecordOfHuggingFacesTrainerIsNoMisunderstanding() {
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,train_loss=3,train_runtime=99 2");
    assertEquals(List.of("No detector uses the fields train_loss, train_runtime."), said());
  }

  @Test
  void severalRanksThatWriteEachStepAreSaidAndOnlyTheFirstIsJudged() {
    long time = 1;
    for (int step = 1; step <= 200; step++) {
      for (int rank = 0; rank < 4; rank++) {
        double loss = rank == 0 ? 2 : 2 + 40 * rank;
        lines.feed("train_step,run=r step=" + step + "i,loss=" + loss + " " + time++);
      }
    }
    assertEquals(
        List.of(
            "600 of 800 lines repeat a step with other values: several ranks write this log? Each"
                + " signal of a step is judged once."),
        said());
    assertTrue(
        lines.alarms.stream().allMatch(a -> a.verdict().severity() == Severity.INFO),
        lines.alarms.toString());
    assertEquals(2, lines.watch.lastLoss());
    assertEquals(1, lines.watch.segments().size());
  }

  @Test
  void aRankWhoseLossIsNotFiniteRepeatsTheStepWithAnotherValue() {
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,loss=NaN 2");
    assertEquals(1, lines.watch.understanding().report().repeated());
  }

  @Test
  void aLineThatAddsSignalsToItsStepIsJudged() {
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,grad_norm=NaN,kl=1 1");
    lines.feed("train_step,run=r step=1i,kl=1 1");
    assertEquals(List.of(), said());
    assertEquals(1, lines.alarms.size());
  }

  @Test
  void aLineThatRepeatsSignalsAndAddsOthersIsSaid() {
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,loss=2,grad_norm=2 1");
    assertEquals(
        List.of(
            "1 of 2 lines repeats some signals of its step and adds others, which are not judged:"
                + " send each signal of a step once."),
        said());
  }

  @Test
  void aLineThatIsSentTwiceIsNotWorthAWord() {
    lines.feed("train_step,run=r step=1i,loss=2 1");
    lines.feed("train_step,run=r step=1i,loss=2 1");
    assertEquals(List.of(), said());
  }

  @Test
  void stepsThatArriveLateAreCounted() {
    lines.feed("train_step,run=r step=2i,loss=2 2");
    lines.feed("train_step,run=r step=1i,loss=3 1");
    assertEquals(
        List.of("1 of 2 lines came after lines of newer steps. Such lines are stored, not judged."),
        said());
  }

  @Test
  void endlessNamesNeedNoEndlessMemory() {
    for (int i = 0; i < 1000; i++) {
      String name = "f" + i + "x".repeat(1000);
      lines.feed("train_step,run=r step=" + (i + 1) + "i," + name + "=1 " + (i + 1));
    }
    Understood report = lines.watch.understanding().report();
    assertEquals(24, report.unreadFields().size());
    assertEquals(24, report.unusedFields().size());
    assertTrue(report.unusedFields().get(23).length() < 100);
  }

  private List<String> said() {
    return lines.watch.understanding().report().sentences();
  }
}
