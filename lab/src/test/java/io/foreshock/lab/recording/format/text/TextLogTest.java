// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("text");
  }

  @Override
  protected byte[] log(double... losses) {
    StringBuilder log = new StringBuilder("Loading the data …\n");
    for (int i = 0; i < losses.length; i++) {
      String loss = Double.toString(losses[i]).replace("Infinity", "inf").toLowerCase(Locale.ROOT);
      log.append("step " + (i + 1) + " | loss " + loss + " | lr 1.5e-04 | 12.5 ms\n");
    }
    return log.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected String fileName() {
    return "train.log";
  }

  /** Each is the same step with the same loss, however the program writes it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "step 20 loss 2.5",
        "step=20,loss=2.5",
        "step: 20; loss: 2.5",
        "step:20\tloss:2.5",
        "[step 20] (loss 2.5)",
        "| step 20 | loss   2.5 |",
        "> Step 20 -> loss = 2.50000",
        "step 20, loss = 2.5 (2.75)",
        "INFO:root:step 20: loss 2.5",
        "| INFO | trainer | step #20 | loss 2.5",
        "loss 2.5 at step 20",
        "[10:11:12] INFO  step 20/500: loss 25.0e-01",
        "I0505 10:11:12.123456 140735 train.py:123] step: 20, loss=2.5",
        "'step': 20, 'loss': 2.5",
        "{\"step\": 20, \"loss\": \"2.5\"}",
        "result {'step': 20, 'loss': tensor(2.5, device='cuda:0'), 'ok': None}",
        "\u001b[31mstep\u001b[0m 20 \u001b[1mlo\u001b[0mss 2.5",
        "step 20 loss 2.5\u0000\u0007",
        "Steps:   4%|▍         | 20/500 [00:12<09:57,  1.22s/it, loss=2.5]",
        "20it [01:23, 5.44it/s, loss=2.5]",
        "20: loss 2.5",
        "20 loss=2.5",
        "3 20 loss=2.5",
        "[Epoch 3 9/10][Iteration 20] Train 9 in 4.5seconds. Loss is 2.5. Current learning rate is 0.1.",
        "I0505 10:11:12.123456  1234 solver.cpp:209] Iteration 20 (1.2 iter/s, 10s/10 iters), loss = 2.5",
        "iter 80 step 20 loss 2.5"
      })
  void theStepAndTheLossAreFound(String line) {
    List<String> records = records(line);
    assertEquals(1, records.size(), records.toString());
    assertTrue(records.get(0).startsWith("train_step step=20.0"), records.toString());
    assertTrue(records.get(0).contains("oss=2.5"), records.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Loading 20 of 500 files",
        "step 20 is done",
        "loss 2.5",
        "lr 0.1 at step 20",
        "aux loss at step 20: 2.5",
        "step 20 | aux loss 2.5",
        "saved /data/test/step_20/loss-2.5.pt",
        "{'learning_rate': 0.1, 'loss': 'mse', 'epochs': 20}",
        "Traceback (most recent call last):",
        "number of nan iterations: 0, step 20",
        "1,20,2.5"
      })
  void otherOutputIsNoRecordAndNoError(String line) {
    assertEquals(List.of(), records(line));
    assertEquals(List.of(), problems(line.getBytes(StandardCharsets.UTF_8)));
    assertFalse(format().recognizes(new Head("x", line.getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @CsvSource({
    "nan, NaN",
    "NaN, NaN",
    "-nan, NaN",
    "inf, Infinity",
    "-inf, -Infinity",
    "Infinity, Infinity",
    "1.#INF, Infinity",
    "-1.#INF, -Infinity",
    "1.#QNAN, NaN",
    "-1.#IND, NaN",
  })
  void nonFiniteLossesArriveInEverySpelling(String spelling, String loss) {
    assertEquals(List.of("train_step step=20.0,loss=" + loss), records("step 20 loss " + spelling));
  }

  @Test
  void unitsAndThousandsAreRead() {
    assertEquals(
        List.of(
            "train_step step=1000.0,loss=2.5,dt=227.5,tok/sec=22429.0,mfu=0.125,tokens=1500000.0"),
        records("step 1,000 loss 2.5 | dt: 227.50ms | tok/sec: 22,429 | mfu 12.5% | tokens 1.5M"));
  }

  @Test
  void aBarDrawsItselfAgainBehindACarriageReturn() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.5", "train_step step=2.0,loss=2.25"),
        records(
            "\r  0%|   | 1/500 [00:01<09:57, loss=2.5]\r  0%|   | 2/500 [00:02<09:57, loss=2.25]"));
  }

  @Test
  void textInUtf16IsRead() {
    byte[] log = "step 20 loss 2.5\r\nstep 21 loss 2.25\r\n".getBytes(StandardCharsets.UTF_16);
    assertEquals(List.of("2.5", "2.25"), losses(log));
  }

  @ParameterizedTest
  @CsvSource({
    "'2024-05-05T10:11:12.5Z step 1 loss 2', 1714903872500000000",
    "'2024-05-05T10:11:12+02:00 step 1 loss 2', 1714896672000000000",
    "'2024-05-05 10:11:12,123 - INFO - step 1 loss 2', 1714903872123000000",
    "'2024/05/05 10:11 step 1 loss 2', 1714903860000000000",
    "'[rank0]: [2024-05-05 10:11:12] step 1 loss 2', 1714903872000000000",
  })
  void aDateWithATimeIsTheTimeOfTheRecord(String line, long nanos) {
    List<String> records = records(line);
    assertTrue(records.get(0).endsWith(" " + nanos), records.toString());
  }

  @Test
  void aTimeWithoutADateIsNone() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.0"), records("10:11:12 step 1 loss 2 eta 1:02:03"));
  }

  @Test
  void linesOfAnEvaluationNeverPassAsTraining() {
    assertEquals(
        List.of(
            "train_step step=20.0,val loss=2.5",
            "train_step step=20.0,valid_loss=2.5,eval_ppl=12.0",
            "train_step step=20.0,eval_loss=2.5,eval_lr=0.1",
            "train_step step=20.0,eval_loss=2.5",
            "train_step epoch=3.0,eval_loss=2.5",
            "train_step epoch=3.0,loss=2.5,val_loss=2.75"),
        records(
            """
            step 20: val loss 2.5
            step 20 | valid_loss 2.5 | ppl 12
            eval: step 20, loss 2.5, lr 0.1
            | valid on 'valid' subset | loss 2.5 | num_updates 20
            Validation epoch 3: loss 2.5
            epoch 3 - loss: 2.5 - val_loss: 2.75
            """));
  }

  @Test
  void ranksAreTold() {
    assertEquals(
        List.of(
            "train_step step=20.0,rank=1.0,loss=2.5",
            "train_step step=20.0,loss=2.5,rank=2.0",
            "train_step step=20.0,loss=2.5,rank=3.0"),
        records("[rank1]: step 20 loss 2.5\nstep 20 loss 2.5 rank 2\n3: step 20 loss 2.5\n"));
  }

  @Test
  void theSecondNumberIsTheBatchIfItGrowsWhileTheFirstStays() {
    assertEquals(
        List.of(
            "train_step step=4.0,loss=2.5",
            "train_step step=200.0,epoch=4.0,loss=2.25",
            "train_step step=300.0,epoch=4.0,loss=2.0"),
        records("batch 4/100 loss 2.5\nbatch 4/200 loss 2.25\nbatch 4/300 loss 2.0\n"));
  }

  @Test
  void aHeadingTellsTheEpochOfTheLinesBelow() {
    assertEquals(
        List.of("train_step step=20.0,epoch=3.0,loss=2.5"),
        records("Epoch 3/10\n20/500 [===>....] - 1s 5ms/step - loss: 2.5\n"));
  }

  @Test
  void aHeadingPlacesLinesThatTellNoPlaceThemselves() {
    assertEquals(
        List.of(
            "train_step epoch=0.0,train Loss=2.5,Acc=0.25",
            "train_step epoch=0.0,val Loss=2.75,eval_Acc=0.125",
            "train_step epoch=1.0,train Loss=2.25,Acc=0.5"),
        records(
            "Epoch 0/9\n-----\ntrain Loss: 2.5 Acc: 0.25\nval Loss: 2.75 Acc: 0.125\n"
                + "Epoch 1/9\n-----\ntrain Loss: 2.25 Acc: 0.5\n"));
  }

  @Test
  void whatCountsWithinAnEpochGoesOnAfterItsLength() {
    assertEquals(
        List.of(
            "train_step step=50.0,epoch=1.0,loss=2.5",
            "train_step step=150.0,epoch=1.0,loss=2.25",
            "train_step step=230.0,epoch=2.0,loss=2.0",
            "train_step step=410.0,epoch=3.0,loss=1.75"),
        records(
            "Epoch[1] Iteration[50/180] loss 2.5\nEpoch[1] Iteration[150/180] loss 2.25\n"
                + "Epoch[2] Iteration[50/180] loss 2.0\nEpoch[3] Iteration[50/180] loss 1.75\n"));
  }

  @Test
  void aMeanOfAnEpochWhoseStepsWereToldIsLeftOut() {
    assertEquals(
        List.of(
            "train_step step=50.0,epoch=1.0,loss=2.5",
            "train_step epoch=1.0,val loss=2.75",
            "train_step step=150.0,epoch=2.0,loss=2.25"),
        records(
            "Epoch 1, Step 50/100, loss 2.5\nEpoch 1, loss 3.5\nEpoch 1, val loss 2.75\n"
                + "Epoch 2, Step 50/100, loss 2.25\nEpoch 2, loss 3.25\n"));
  }

  @Test
  void theCountOfAnotherLoopIsLeftOut() {
    assertEquals(
        List.of("train_step step=120.0,epoch=1.0,loss=2.5"),
        records("[Epoch 1 Batch 120/120] loss=2.5\n[Batch 10/13] loss=9.0\n"));
  }

  @Test
  void theWordBeforeTwoBracketsTellsAnEvaluation() {
    assertEquals(
        List.of(
            "train_step step=10.0,epoch=0.0,Loss/tok=2.5",
            "train_step epoch=0.0,eval_Loss/tok=2.75"),
        records(
            "TRAIN [0][10/100] Loss/tok 2.5 (2.75)\nVALIDATION [0][0/10] Loss/tok 2.75 (0.0)\n"));
  }

  @Test
  void aLaunchersMarksAreNoSteps() {
    assertEquals(
        List.of("train_step step=20.0,loss=2.5,rank=3.0"),
        records("0: Loading the data\n3: step 20 loss 2.5\n5: loss 9.0\n"));
  }

  @Test
  void aBlockOfLinesIsOneRecord() {
    String block =
        "2024-05-05 10:11:12.5 INFO [step=%d/500,epoch=0]\n"
            + "    optim/total_grad_norm=1.25\n    train/CrossEntropyLoss=%s\n"
            + "    throughput/total_tokens=5,242,880\n";
    String values = "optim/total_grad_norm=1.25,train/CrossEntropyLoss=%s,";
    String record =
        "train_step step=%d.0,epoch=0.0," + values + "throughput/total_tokens=5242880.0";
    long nanos = 1_714_903_872_500_000_000L;
    assertEquals(
        List.of(
            record.formatted(10, "2.5") + " " + nanos, record.formatted(20, "2.25") + " " + nanos),
        records(block.formatted(10, "2.5") + "Saving\n" + block.formatted(20, "2.25")));
  }

  @Test
  void aLogIsRecognizedThoughItBeginsWithPagesOfOtherOutput() {
    byte[] log =
        ("NCCL INFO ring\n".repeat(50_000) + "step 1 loss 2.5\n").getBytes(StandardCharsets.UTF_8);
    assertSame(format(), Formats.of(new Head("slurm-1.out", log)));
  }

  @Test
  void aLineOfMegabytesIsSkippedAndNotKept() {
    String log = "step 1 loss 2.5\nstep 2 loss 9 " + "x".repeat(3 << 20) + "\nstep 3 loss 2.25\n";
    assertEquals(List.of("2.5", "2.25"), losses(log.getBytes(StandardCharsets.UTF_8)));
    TextReader reader = new TextReader(ReadingOptions.shipped());
    byte[] piece = "x".repeat(TextLines.LONGEST_LINE_BYTES + 1).getBytes(StandardCharsets.UTF_8);
    assertEquals(
        piece.length, reader.read(piece, 0, piece.length, false, new NoLines()), "all is read");
  }

  /** Each is repeated up to the longest line: no part of it may be looked at again and again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "(",
        "[",
        "{",
        "'",
        ":",
        "nan ",
        "abc ",
        "a nan ",
        "1/ ",
        "1,000",
        "a (b ",
        "1e",
        "=",
        "{'a':1,",
        "{'a':[",
        "step ",
        "loss: ",
        "overflow loss scale ",
        "\u001b[",
        "2024-05-05 ",
        "é"
      })
  void hostileLinesTakeTimeInProportion(String part) {
    String line = "step 1 loss 2 " + part.repeat(1_000_000 / part.length());
    byte[] log = line.getBytes(StandardCharsets.UTF_8);
    assertTimeout(Duration.ofSeconds(20), () -> losses(log));
  }

  private static final class NoLines implements LineReader.Lines {
    @Override
    public void line(Point point) {
      throw new AssertionError("no line is complete");
    }

    @Override
    public void bad(long number, String reason) {
      throw new AssertionError(reason);
    }
  }
}
