// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProgramsTest {
  static Stream<Program> programs() {
    return Programs.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theExampleIsRecognized(Program program) {
    NameReader names = new NameReader(NameTable.shipped());
    TextRecord record = new TextRecord(names);
    record.begin(program.example());
    new LineScanner(names).scan(record);
    assertSame(program, Programs.of(record));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theExampleIsInTheDocument(Program program) throws IOException {
    String document = Files.readString(Path.of("../docs/formats.md"));
    assertTrue(
        document.contains(program.name() + ":\n" + program.example() + "\n"),
        "docs/formats.md: '" + program.name() + "' with its example");
  }

  @Test
  void megatronLeavesOutALossThatIsNotFinite() {
    String begin =
        " iteration %d/ 500 | consumed samples: 1 | elapsed time per iteration (ms): 500.0";
    assertEquals(
        List.of(
            "run_config total_steps=500",
            "train_step step=20,consumed samples=1.0,step_seconds=0.5,lm loss=7.5",
            "run_config loss_steps=20",
            "train_step step=40,consumed samples=1.0,step_seconds=0.5,grad norm=NaN,lm loss=NaN"),
        records(
            begin.formatted(20) + " | lm loss: 7.5E+00 |",
            begin.formatted(40) + " | grad norm: nan |"));
  }

  @Test
  void megatronLeavesOutTheLossWhereAllIterationsWereSkippedToo() {
    assertEquals(
        List.of(
            "train_step step=1,consumed samples=1.0,step_seconds=0.5,"
                + "number of skipped iterations=1.0,number of nan iterations=0.0"),
        records(
            "iteration 1 | consumed samples: 1 | elapsed time per iteration (ms): 500.0 | number of"
                + " skipped iterations: 1 | number of nan iterations: 0 |"));
  }

  @Test
  void megatronsEvaluationIsOne() {
    assertEquals(
        List.of("train_step step=200,eval_loss=3.5,eval_lm loss PPL=33.0"),
        records(
            " validation loss at iteration 200 | lm loss value: 3.5E+00 | lm loss PPL: 3.3E+01 |"));
  }

  @Test
  void torchtitansOtherStagesHaveNoLoss() {
    assertEquals(
        List.of("train_step step=20,grad_norm=1.25,memory=20.0,tps=1234.0,mfu=0.125"),
        records(
            "step: 20  loss: -1.0000  grad_norm: 1.25  memory: 20.0GiB(25%)  tps: 1,234  mfu: 12.50%"));
  }

  @Test
  void nanoGptsEvaluationIsOneWhileTrainingGoesOnBetween() {
    assertEquals(
        List.of(
            "train_step step=0,eval_train loss=4.5,val loss=4.75",
            "train_step step=0,loss=4.5,time=227.5",
            "train_step step=250,eval_train loss=3.5,val loss=3.75"),
        records(
            "step 0: train loss 4.5000, val loss 4.7500",
            "iter 0: loss 4.5000, time 227.50ms, mfu -100.00%",
            "step 250: train loss 3.5000, val loss 3.7500"));
  }

  @Test
  void withoutOtherLinesTheTrainLossOfAnEvaluationIsTheLoss() {
    assertEquals(
        List.of(
            "train_step step=0,eval_train loss=4.5,val loss=4.75",
            "train_step step=250,train loss=3.5,val loss=3.75"),
        records(
            "step 0: train loss 4.5000, val loss 4.7500",
            "step 250: train loss 3.5000, val loss 3.7500"));
  }

  @Test
  void nanochatsMultiplierIsNoLearningRate() {
    List<String> records =
        records("step 00020 (0.50%) | loss: 4.5 | lrm: 0.50 | dt: 250.00ms | mfu: 25.00");
    assertEquals(List.of("train_step step=20,loss=4.5,lrm=0.5,dt=250.0,mfu=0.25"), records);
  }

  @Test
  void llmcNamesAreShort() {
    assertEquals(
        List.of(
            "train_step step=20,eval_loss=7.75",
            "train_step step=20,loss=7.5,lr=1.5E-4,grad_norm=1.25",
            "run_config total_steps=500",
            "train_step step=21,loss=7.25,grad_norm=1.25,lr=1.5E-4"),
        records(
            "s:20 tel:7.7500",
            "s:20 trl:7.5000 lr:0.000150 norm:1.25",
            "step   21/500 | loss 7.25 (+nanz)| norm 1.25 (+nanz)| lr 1.50e-04 | 512.00 ms"));
  }

  @Test
  void litgptCountsOptimizerStepsBesideIterations() {
    assertEquals(
        List.of("train_step step=20,epoch=1.0,loss train=7.5,iter time=125.0"),
        records("Epoch 1 | iter 80 step 20 | loss train: 7.500, val: n/a | iter time: 125.00 ms"));
  }

  @Test
  void fairseqsMeansOfAnEpochAreLeftOutWhereItTellsSteps() {
    assertEquals(
        List.of(
            "train_step step=300,epoch=1.0,loss=7.5,gnorm=1.25",
            "train_step step=310,epoch=1.0,valid_loss=8.0"),
        records(
            "| INFO | train_inner | {\"epoch\": 1, \"update\": 0.5, \"loss\": \"7.5\","
                + " \"num_updates\": \"300\", \"gnorm\": \"1.25\"}",
            "| INFO | train | {\"epoch\": 1, \"train_loss\": \"9.5\", \"train_num_updates\": \"310\"}",
            "| INFO | valid | {\"epoch\": 1, \"valid_loss\": \"8.0\", \"valid_num_updates\": \"310\"}"));
  }

  @Test
  void eachOverflowIsASkippedStep() {
    assertEquals(
        List.of(
            "train_step step=300,loss=7.5,lr=1.5E-4",
            "train_step step=301,grad_norm=Infinity,loss_scale=0.5,learning_rate=1.5E-4",
            "train_step step=302,grad_norm=Infinity,loss_scale=0.25,learning_rate=1.5E-4",
            "train_step step=302,loss=7.5,lr=1.5E-4",
            "train_step step=302,loss=7.25,lr=1.5E-4"),
        records(
            "| loss 7.5 | num_updates 300 | lr 0.00015 |",
            "| WARNING: overflow detected, setting loss scale to: 0.5",
            "NOTE: gradient overflow detected, ignoring gradient, setting loss scale to: 0.25",
            "| loss 7.5 | num_updates 301 | lr 0.00015 |",
            "| loss 7.25 | num_updates 302 | lr 0.00015 |"));
  }

  @Test
  void aScaleThatIsStillLargeIsOnlyBeingSearched() {
    assertEquals(
        List.of(
            "train_step skipped=1.0,loss_scale=32768.0",
            "train_step skipped=1.0,loss_scale=16384.0"),
        records(
            "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768",
            "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 16384.0"));
  }

  @Test
  void iterationsInBracketsCountWithinTheEpoch() {
    assertEquals(
        List.of(
            "train_step step=520,epoch=2.0,lr=1.5E-4,loss=7.5,loss_cls=6.5",
            "train_step step=520,epoch=2.0,lr=1.5E-4,loss=7.5",
            "train_step step=1020,epoch=2.0,Loss=7.5",
            "train_step epoch=2.0,eval_accuracy/top1=70.5",
            "train_step step=20,loss=7.5"),
        records(
            "Epoch(train)  [2][20/500]  lr: 1.5e-04  eta: 0:10:11  loss: 7.5  loss_cls: 6.5",
            "Epoch [2][20/500]\tlr: 1.5e-04, eta: 1 day, 2:30:02, loss: 7.5",
            "Epoch: [2][ 20/500]\tLoss 7.5 (7.75)",
            "Epoch(val) [2][100/100]    accuracy/top1: 70.5",
            "Iter(train) [  20/500]  loss: 7.5"));
  }

  @Test
  void deepSpeedsLinesBelongToTheNextLoss() {
    assertEquals(
        List.of("train_step epoch=0.5,loss=7.5,learning_rate=1.5E-4,skipped=2.0"),
        records(
            "[Rank 0] step=20, skipped=2, lr=[0.00015, 0.00015], mom=[(0.9, 0.95)]",
            "{'loss': 7.5, 'epoch': 0.5}"));
  }

  @Test
  void theSummaryOfHuggingFaceEndsTheRun() {
    assertEquals(
        List.of(
            "run_config total_steps=500",
            "train_step step=20,epoch=0.25,loss=7.5,grad_norm=NaN",
            "train_step epoch=1.0,eval_loss=7.75",
            "train_step epoch=1.0,train_runtime=125.5,train_loss=3.25",
            "event kind=end,status=finished"),
        records(
            "{'loss': 7.5, 'grad_norm': nan, 'epoch': 0.25, 'global_step/max_steps': '20/500'}",
            "{'eval_loss': '7.75', 'epoch': '1.0'}",
            "{'train_runtime': 125.5, 'train_loss': 3.25, 'epoch': 1.0}"));
  }

  @Test
  void mlPerfNamesItsNumbersAndTheirPlaces() {
    assertEquals(
        List.of(
            "train_step step=40,loss=2.5,lr=1.5E-4,rank=0.0 @1700000000125000000",
            "train_step step=40,epoch=2.0,eval_accuracy=0.5 @1700000000250000000",
            "event kind=end,status=finished"),
        records(
            "0: :::MLLOG {\"time_ms\": 1700000000125, \"key\": \"tracked_stats\", \"value\": {\"loss\":"
                + " 2.5, \"lr\": 0.00015}, \"metadata\": {\"step_num\": 40}}",
            ":::MLLOG {\"time_ms\": 1700000000250, \"key\": \"eval_accuracy\", \"value\": 0.5,"
                + " \"metadata\": {\"step_num\": 40, \"epoch_num\": 2, \"lineno\": 7}}",
            ":::MLLOG {\"time_ms\": 1700000000375, \"key\": \"global_batch_size\", \"value\": 512,"
                + " \"metadata\": {\"lineno\": 7}}",
            ":::MLLOG {\"key\": \"run_stop\", \"value\": null, \"metadata\": {\"status\": \"success\"}}"));
  }

  @Test
  void weNetsBatchIsBehindTheEpoch() {
    assertEquals(
        List.of(
            "train_step step=20,epoch=4.0,loss=7.5,lr=1.5E-4,rank=3.0",
            "train_step step=20,epoch=4.0,eval_loss=7.75"),
        records(
            "DEBUG TRAIN Batch 4/20 loss 7.5 lr 0.00015 rank 3", "DEBUG CV Batch 4/20 loss 7.75"));
  }

  @Test
  void thePyTorchTutorialWritesEpochAndBatch() {
    assertEquals(
        List.of("train_step step=2000,epoch=1.0,loss=7.5"), records("[1,  2000] loss: 7.500"));
  }

  @Test
  void darknetNamesItsNumbersBehindThem() {
    assertEquals(
        List.of("train_step step=20,loss=NaN,learning_rate=0.001"),
        records(" 20: -nan, 7.750000 avg, 0.001000 rate, 1.25 seconds, 1280 images"));
  }

  @Test
  void icefallTellsTheRankAsAShareOfAllRanks() {
    assertEquals(
        List.of("train_step step=20,epoch=3.0,loss=7.5,batch size=9.0,lr=1.5E-4,rank=1.0"),
        records(
            "(1/8) Epoch 3, batch 20, loss[loss=7.5], tot_loss[loss=7.75], batch size: 9, lr: 1.5e-04"));
  }

  @Test
  void marianAbbreviates() {
    assertEquals(
        List.of("train_step step=20,epoch=1.0,loss=7.5,gNorm=1.25,learning_rate=1.5E-4"),
        records("Ep. 1 : Up. 20 : Cost 7.50000 : gNorm 1.25 : L.r. 1.5000e-04"));
  }

  @Test
  void espnetWritesTheBatchesOfALine() {
    assertEquals(
        List.of("train_step step=20,epoch=3.0,loss=7.5,learning_rate=1.5E-4"),
        records("INFO: 3epoch:train:1-20batch: loss=7.5, optim0_lr0=1.5e-04"));
  }

  @Test
  void buildNanoGptWritesThreeWords() {
    assertEquals(
        List.of("train_step step=20,val_loss=7.75", "train_step step=20,loss=7.5"),
        records("20 val 7.7500", "20 train 7.500000"));
  }

  private static List<String> records(String... lines) {
    byte[] log = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    List<String> records = new ArrayList<>();
    new TextReader(ReadingOptions.shipped())
        .read(
            log,
            0,
            log.length,
            true,
            new LineReader.Lines() {
              @Override
              public void line(Point point) {
                records.add(text(point));
              }

              @Override
              public void bad(long number, String reason) {
                records.add(number + ": " + reason);
              }
            });
    return records;
  }

  private static String text(Point point) {
    StringJoiner fields = new StringJoiner(",", point.measurement() + " ", "");
    point.fields().forEach((name, value) -> fields.add(name + "=" + value));
    return fields + (point.hasTime() ? " @" + point.timestamp() : "");
  }
}
