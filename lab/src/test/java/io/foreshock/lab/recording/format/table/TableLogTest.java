// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("csv");
  }

  @Override
  protected byte[] log(double... losses) {
    StringBuilder log = new StringBuilder("step,loss\n");
    for (int i = 0; i < losses.length; i++) {
      log.append(i + 1).append(',').append(losses[i]).append('\n');
    }
    return bytes(log.toString());
  }

  @Override
  protected String fileName() {
    return "metrics.csv";
  }

  @Test
  void anExportOfWandbHasARecordForEachRunWithAValue() {
    assertEquals(
        List.of(
            "train_step,run=a loss=2.5,Step=10.0",
            "train_step,run=a loss=2.25,Step=20.0",
            "train_step,run=b - c loss=NaN,Step=20.0"),
        records(
            """
            "Step","a - loss","a - loss__MIN","a - loss__MAX","b - c - loss"
            "10","2.5","2.5","2.5",""
            "20","2.25","2.25","2.25","NaN"
            """));
  }

  @Test
  void emptyCellsAreLeftOut() {
    assertEquals(
        List.of(
            "train_step lr-AdamW=0.001,step=49.0",
            "train_step epoch=0.0,step=49.0,train_loss=2.5",
            "train_step epoch=0.0,step=49.0,val_loss=2.25"),
        records(
            """
            epoch,lr-AdamW,step,train_loss,val_loss
            ,0.001,49,,
            0,,49,2.5,None
            0,N/A,49,-,2.25
            """));
  }

  @Test
  void blanksAndTheNumberOfTheRowAreNoPartOfATable() {
    assertEquals(
        List.of("train_step epoch=1.0,train/box_loss=2.5,lr/pg0=0.01"),
        records("Unnamed: 0,   epoch,  train/box_loss, lr/pg0 \r\n 0,   1,   2.5,  0.01 \r\n"));
  }

  @Test
  void aDecimalCommaIsReadWhereSemicolonsSeparate() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.5,lr=1.5E-4"), records("step;loss;lr\n1;2,5;1,5e-4\n"));
  }

  @Test
  void tabsMayBeEmptyCells() {
    assertEquals(List.of("train_step step=1.0,lr=0.5"), records("step\tloss\tlr\n1\t\t0.5\n"));
  }

  @Test
  void aQuotedCellMayHoldSeparatorsQuotesAndLineEnds() {
    assertEquals(
        List.of("train_step step=1.0,text=\"a, \"b\"\nc\",loss=2.5"),
        records("step,text,loss\n1,\"a, \"\"b\"\"\nc\",2.5\n"));
  }

  @Test
  void aQuoteThatIsNotClosedCostsItsLineOnly() {
    byte[] log = bytes("step,loss\n1,2.5\n\"2,2.25\n3,2\n");
    assertEquals(List.of("2.5", "2.0"), losses(log));
    assertEquals(List.of("3: a quote at the beginning of a cell is not closed"), problems(log));
  }

  @Test
  void aRowThatDoesNotFitTheHeaderIsBad() {
    assertEquals(
        List.of(
            "2: the row has 1 cells, and the header has 2",
            "3: the row has 3 cells, and the header has 2",
            "4: column 'loss' = 'x': expected a number"),
        problems(bytes("step,loss\n1\n2,2,2\n3,x\n4,2,,\n")));
  }

  @Test
  void theLastRowOfAGrowingTableIsWaitedFor() {
    LogReader reader = format().reader(ReadingOptions.shipped());
    byte[] log = bytes("step,loss\n1,2.5\n2");
    List<String> problems = new ArrayList<>();
    LineReader.Lines lines =
        new LineReader.Lines() {
          @Override
          public void line(Point point) {}

          @Override
          public void bad(long number, String reason) {
            problems.add(reason);
          }
        };
    assertEquals(log.length - 1, reader.read(log, 0, log.length, false, lines));
    assertEquals(List.of(), problems);
  }

  @Test
  void aHeaderThatIsWrittenAgainBeginsOtherColumns() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.5", "train_step step=2.0,lr=0.5,loss=2.25"),
        records("step,loss\n1,2.5\nstep,lr,loss\n2,0.5,2.25\n"));
  }

  @Test
  void commentsAreSkippedAndNumPysHeaderIsRead() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.5"),
        records("# made by us\n# step loss\n#step,loss\n1,2.5\n"));
  }

  @Test
  void aColumnOfTimesIsTheTimeOfTheRecord() {
    assertEquals(
        List.of(
            "train_step step=1.0,loss=2.5 1700000000500000000",
            "train_step step=2.0,loss=2.25 1704164645000000000",
            "train_step time=\"00:12\",step=3.0,loss=2.0",
            "train_step time=12.5,step=4.0,loss=2.0"),
        records(
            "time,step,loss\n1700000000.5,1,2.5\n2024-01-02T03:04:05Z,2,2.25\n00:12,3,2\n12.5,4,2\n"));
  }

  @Test
  void theFileNameSaysWhatTensorBoardsValueIs() {
    String log = "Wall time,Step,Value\n1700000000.5,10,2.5\n";
    assertEquals("loss", nameOfValue("run-a-tag-loss.csv", log));
    assertEquals("loss", nameOfValue("anything.csv", log));
    assertEquals("grad_norm", nameOfValue("run-a-tag-train_grad_norm.csv", log));
    assertEquals("val_loss", nameOfValue("run-a-tag-val_loss.csv", log));
    assertEquals("accuracy", nameOfValue("accuracy.csv", log));
  }

  @Test
  void aValueAmongOtherNumbersIsNoLoss() {
    assertEquals(
        List.of("train_step reward=1.5,frame=640.0,value=0.25"),
        records("reward,frame,value,grad_norm\n1.5,640,0.25,\n"));
  }

  private String nameOfValue(String fileName, String log) {
    List<String> names = new ArrayList<>();
    format()
        .reader(ReadingOptions.shipped(), fileName)
        .read(
            bytes(log),
            0,
            log.length(),
            true,
            new LineReader.Lines() {
              @Override
              public void line(Point point) {
                names.add(point.fieldKey(1));
              }

              @Override
              public void bad(long number, String reason) {
                names.add(reason);
              }
            });
    return String.join(",", names);
  }

  @Test
  void aRunsColumnNamesTheRun() {
    assertEquals(
        List.of("train_step,run=a step=1.0,loss=2.5", "train_step,run=2 step=1.0,loss=2.25"),
        records("run,step,loss\na,1,2.5\n2,1,2.25\n"));
  }

  @Test
  void rowsOfAnEvaluationGetItsName() {
    assertEquals(
        List.of(
            "train_step split=\"train\",step=1.0,loss=2.5", "train_step step=1.0,val/loss=2.25"),
        records("split,step,loss\ntrain,1,2.5\nval,1,2.25\n"));
  }

  @Test
  void whatIsNoTableOfTrainingIsNotRecognized() {
    assertNull(Formats.of(new Head("data.csv", bytes("name,age\na,3\n"))));
    assertNotSame(
        format(), Formats.of(new Head("out.txt", bytes("Loading\nepoch 1, loss 2.5, lr 0.1\n"))));
    assertSame(format(), Formats.of(new Head("out.txt", bytes("epoch\ttrain_loss\n1\t2.5\n"))));
  }

  /** The commas of these lines separate no cells, though the first line has a name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-05-05 10:11:12,123 INFO:Epoch 1: Train Loss=0.75, Val Loss=0.5\n",
        "step 0: train loss 10.75, val loss 10.5\\niter 10: loss 9.75, time 512.50ms\\n",
        "[Train] Epoch: 0, Loss:0.000125 \n[Val] Epoch: 0, Loss:0.00025 \n",
        "2024-05-05 10:11:12,123 - train.log - INFO - evaluate:dev\n"
      })
  void consoleOutputWithCommasIsNoTable(String lines) {
    assertNotSame(format(), Formats.of(new Head("train.log", bytes(lines.repeat(20)))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
