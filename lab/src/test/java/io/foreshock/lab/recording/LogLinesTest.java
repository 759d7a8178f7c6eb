// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the records of a log become lines of the contract. */
class LogLinesTest {
  private final List<String> lines = new ArrayList<>();
  private final LogLines log =
      new LogLines(
          "a",
          RunConfig.EMPTY,
          NameTable.shipped(),
          record -> true,
          null,
          new LineReader.Lines() {
            @Override
            public void line(Point point) {
              LineWriter writer = new LineWriter();
              writer.point(point);
              lines.add(new String(writer.toByteArray(), StandardCharsets.UTF_8).strip());
            }

            @Override
            public void bad(long number, String reason) {
              throw new AssertionError(reason);
            }
          });

  @Test
  void namesBecomeThoseOfTheContract() throws MalformedLineException {
    record("train/global_step", 5, "train/loss", 2.5, "lr", 0.1);
    assertLines("train_step,run=a step=5i,loss=2.5,learning_rate=0.1");
  }

  @Test
  void aSignalHasOneNameInALog() throws MalformedLineException {
    record("step", 5, "loss", 2);
    record("step", 5, "train/loss", 4);
    record("step", 6, "loss", 1.9);
    assertLines(
        "train_step,run=a step=5i,loss=2.0",
        "train_step,run=a step=5i,train/loss=4.0",
        "train_step,run=a step=6i,loss=1.9");
  }

  @Test
  void huggingFacesLastRecordIsNoStep() throws MalformedLineException {
    record("step", 5, "loss", 2);
    record("step", 5, "train_loss", 3, "train_runtime", 100);
    assertEquals("run_summary,run=a step=5i,train_loss=3.0,train_runtime=100.0", lines.get(1));
  }

  @Test
  void recordsWithoutAStepAreCounted() throws MalformedLineException {
    record("loss", 3, "epoch", 0.1);
    record("loss", 2, "epoch", 0.2);
    assertLines(
        "train_step,run=a loss=3.0,epoch=0.1,step=1i",
        "train_step,run=a loss=2.0,epoch=0.2,step=2i");
  }

  @Test
  void partsOfTheLossMakeARowOneOfTrainingThoughItHasAnEvaluation() throws MalformedLineException {
    record("step", 5, "train/box_loss", 2, "val/box_loss", 3, "lr/pg0", 0.1);
    assertLines("train_step,run=a step=5i,train/box_loss=2.0,val/box_loss=3.0,learning_rate=0.1");
  }

  @Test
  void evaluationsAreNotTraining() throws MalformedLineException {
    record("step", 5, "loss", 2);
    record("step", 5, "eval_loss", 3);
    record("step", 4, "eval_loss", 3);
    assertLines(
        "train_step,run=a step=5i,loss=2.0",
        "evaluation,run=a step=5i,eval_loss=3.0",
        "evaluation,run=a step=4i,eval_loss=3.0");
  }

  @Test
  void aStepThatGoesBackBeginsASegment() throws MalformedLineException {
    record("step", 1, "loss", 4);
    record("step", 9, "loss", 3);
    record("step", 5, "loss", 3.5);
    record("step", 6, "loss", 3.4);
    assertLines(
        "train_step,run=a step=1i,loss=4.0",
        "train_step,run=a step=9i,loss=3.0",
        "train_step,run=a,segment=1 step=5i,loss=3.5",
        "train_step,run=a,segment=1 step=6i,loss=3.4");
  }

  @Test
  void aLogThatBeginsAnewIsAnotherRun() throws MalformedLineException {
    record("step", 1, "loss", 4, "lr", 0.1);
    record("step", 2, "loss", 3, "lr", 0.2);
    record("step", 1, "loss", 4.1, "lr", 0.1);
    assertLines(
        "train_step,run=a step=1i,loss=4.0,learning_rate=0.1",
        "train_step,run=a step=2i,loss=3.0,learning_rate=0.2",
        "train_step,run=a-2 step=1i,loss=4.1,learning_rate=0.1");
  }

  @Test
  void withAnotherRateItIsTheSameRun() throws MalformedLineException {
    record("step", 1, "loss", 4, "lr", 0.1);
    record("step", 2, "loss", 3, "lr", 0.2);
    record("step", 1, "loss", 2.9, "lr", 0.2);
    assertEquals("train_step,run=a,segment=1 step=1i,loss=2.9,learning_rate=0.2", lines.get(2));
  }

  @Test
  void stepsWithinAnEpochGoOnInTheNext() throws MalformedLineException {
    for (int epoch = 1; epoch <= 3; epoch++) {
      for (int step = 1; step <= 2; step++) {
        record("epoch", epoch, "step", step, "loss", 4);
      }
    }
    assertLines(
        "train_step,run=a epoch=1.0,step=1i,loss=4.0",
        "train_step,run=a epoch=1.0,step=2i,loss=4.0",
        "train_step,run=a epoch=2.0,step=3i,loss=4.0",
        "train_step,run=a epoch=2.0,step=4i,loss=4.0",
        "train_step,run=a epoch=3.0,step=5i,loss=4.0",
        "train_step,run=a epoch=3.0,step=6i,loss=4.0");
  }

  @Test
  void aRankThatIsBehindIsLate() throws MalformedLineException {
    record("step", 1, "loss", 4, "rank", 0);
    record("step", 2, "loss", 3, "rank", 0);
    record("step", 1, "loss", 4, "rank", 1);
    record("step", 3, "loss", 3, "rank", 0);
    assertEquals("train_step,run=a,segment=0 step=1i,loss=4.0,rank=1.0", lines.get(2));
    assertEquals("train_step,run=a step=3i,loss=3.0,rank=0.0", lines.get(3));
  }

  private void record(Object... fields) throws MalformedLineException {
    Point point = new Point();
    point.begin("train_step");
    for (int i = 0; i < fields.length; i += 2) {
      double value = ((Number) fields[i + 1]).doubleValue();
      if (fields[i].toString().endsWith("step")) {
        point.addInteger(fields[i].toString(), (long) value);
      } else {
        point.addFloat(fields[i].toString(), value);
      }
    }
    log.line(point);
  }

  private void assertLines(String... expected) {
    assertEquals(List.of(expected), lines);
  }
}
