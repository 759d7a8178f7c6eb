// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static io.foreshock.lab.recording.format.text.NumberScanner.isDigit;

import io.foreshock.lab.recording.format.text.Name.Kind;
import io.foreshock.lab.recording.format.text.TextRecord.Entry;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The training programs whose lines are known. */
final class Programs {
  /** For programs of whose lines the general reading is right. */
  private static final BiConsumer<TextRecord, LogSoFar> NOTHING = (record, log) -> {};

  private static final Pattern DARKNET =
      Pattern.compile(" *(\\d{1,9}): (\\S{1,30}), \\S{1,30} avg(?: loss)?, (\\S{1,30}) rate,.*");

  private static final Pattern ESPNET =
      Pattern.compile("(\\d{1,9})epoch:train:\\d{1,9}-(\\d{1,9})batch");

  private static final Pattern EPOCH_AND_BATCH =
      Pattern.compile("\\[ *(\\d{1,9}), *(\\d{1,9})\\].*");

  /** In the order in which they are asked. */
  static final List<Program> ALL =
      List.of(
          new Program(
              "MLPerf",
              ":::MLLOG {\"time_ms\": 1700000000000, \"key\": \"train_loss\", \"value\": 2.5,"
                  + " \"metadata\": {\"step_num\": 40}}",
              MlPerf::wrote,
              MlPerf::mend),
          new Program(
              "Loss scalers",
              "| WARNING: overflow detected, setting loss scale to: 0.5",
              LossScaler::wrote,
              LossScaler::mend),
          new Program(
              "Megatron-LM",
              " iteration      20/     500 | consumed samples:         1280 | elapsed time per"
                  + " iteration (ms): 512.0 | learning rate: 1.5E-04 | global batch size:    64 |"
                  + " lm loss: 7.5E+00 | loss scale: 1.0 | grad norm: 1.25 | number of skipped"
                  + " iterations:   0 | number of nan iterations:   0 |",
              Megatron::wrote,
              Megatron::mend),
          new Program(
              "Megatron-LM, evaluation",
              " validation loss at iteration 200 | lm loss value: 3.5E+00 | lm loss PPL: 3.3E+01 |",
              record -> record.has("lm_loss_value"),
              (record, log) -> {
                record.setEvaluation(true);
                record.rename("lm_loss_value", "eval_loss");
              }),
          new Program(
              "TensorFlow's Estimator, evaluation",
              "INFO:tensorflow:Saving dict for global step 20: accuracy = 0.25, global_step = 20,"
                  + " loss = 7.5",
              record -> record.line().contains("Saving dict for global step"),
              (record, log) -> record.setEvaluation(true)),
          new Program(
              "torchtitan",
              "[titan] 2024-10-05 10:11:12,123 - root - INFO - step: 20  loss:  7.5000  grad_norm:"
                  + "  1.2500  memory: 20.10GiB(25.37%)  tps: 1,234  mfu: 12.50%",
              record -> record.has("tps") && record.has("memory"),
              Programs::withoutLossOfOtherStages),
          new Program(
              "nanoGPT, evaluation",
              "step 500: train loss 3.2500, val loss 3.5000",
              record -> record.entries().size() == 3 && isNanoGptEvaluation(record),
              (record, log) -> record.setEvaluation(log.isBetweenEvaluations())),
          new Program(
              "nanoGPT",
              "iter 20: loss 4.5000, time 227.50ms, mfu 12.50%",
              record -> record.has("iter") && record.has("time") && record.has("mfu"),
              (record, log) -> dropBelow(record, "mfu")),
          new Program(
              "nanochat",
              "step 00020 (0.50%) | loss: 4.500000 | lrm: 1.00 | dt: 250.00ms | tok/sec: 12,500 |"
                  + " mfu: 25.00 | epoch: 1 | total time: 0.10m",
              record -> record.has("lrm") && record.has("dt"),
              (record, log) -> record.rename("mfu", "mfu", 0.01)),
          new Program(
              "llm.c, main.log",
              "s:20 trl:7.5000 lr:0.000150 norm:1.25",
              Programs::isMainLog,
              Programs::mainLog),
          new Program(
              "llm.c",
              "step   20/500 | loss 7.500000 (+0.12z)| norm 1.2500 (-0.50z)| lr 1.50e-04 | 512.00 ms"
                  + " | 42.0% bf16 MFU | 125000 tok/s",
              record -> record.has("norm") && record.has(Kind.SIGNAL),
              (record, log) -> {
                record.rename("norm", "grad_norm");
                totalSteps(record, log);
              }),
          new Program(
              "build-nanogpt, log.txt",
              "20 train 7.500000",
              Programs::isNumberWordNumber,
              Programs::numberWordNumber),
          new Program(
              "litgpt",
              "Epoch 1 | iter 80 step 20 | loss train: 7.500, val: n/a | iter time: 125.00 ms (step)",
              record -> record.has("iter") && record.has("step") && record.has("loss_train"),
              NOTHING),
          new Program(
              "fairseq",
              "| epoch 003 | loss 7.5 | nll_loss 6.5 | ppl 90.51 | num_updates 300 | lr 0.00015 |"
                  + " gnorm 1.25 | clip 0% | loss_scale 8.000 |",
              Fairseq::wrote,
              Fairseq::mend),
          new Program(
              "MMEngine",
              "Epoch(train)  [2][20/500]  lr: 1.5000e-04  eta: 0:10:11  time: 0.1250  loss: 7.5000 "
                  + " loss_cls: 6.5000  grad_norm: 1.2500",
              Brackets::wrote,
              Brackets::mend),
          new Program(
              "MLX",
              "Iter 20: Train loss 7.500, Learning Rate 1.500e-04, It/sec 1.250, Tokens/sec 387.500",
              record -> record.has("it_sec") && record.has("iter"),
              NOTHING),
          new Program(
              "DeepSpeed",
              "[2024-10-05 10:11:12,123] [INFO] [logging.py:96:log_dist] [Rank 0] step=20,"
                  + " skipped=0, lr=[0.00015], mom=[(0.9, 0.95)]",
              record -> record.has("skipped") && record.has("mom"),
              Programs::deepSpeed),
          new Program(
              "Hugging Face Trainer, summary",
              "{'train_runtime': 125.5, 'train_loss': 3.25, 'epoch': 1.0}",
              record -> record.has("train_runtime"),
              (record, log) -> log.end()),
          new Program(
              "Hugging Face Trainer, ms-swift",
              "{'loss': 7.5, 'grad_norm': 1.25, 'learning_rate': 1.5e-04, 'epoch': 0.25,"
                  + " 'global_step/max_steps': '20/500'}",
              TextRecord::isDict,
              Programs::totalSteps),
          new Program(
              "WeNet",
              "DEBUG TRAIN Batch 4/20 loss 7.500000 lr 0.00015000 rank 0",
              Programs::isWeNet,
              Programs::weNet),
          new Program(
              "icefall",
              "2024-10-05 10:11:12,123 INFO [train.py:907] (1/8) Epoch 3, batch 20, loss[loss=7.5,"
                  + " simple_loss=6.5, over 493.00 frames. ], tot_loss[loss=7.75, over 9000.00"
                  + " frames. ], batch size: 9, lr: 1.50e-04",
              record -> record.line().contains("tot_loss[") && record.count() >= 0,
              (record, log) -> record.add("rank", record.count())),
          new Program(
              "Marian",
              "[2024-10-05 10:11:12] Ep. 1 : Up. 20 : Sen. 60,000 : Cost 7.50000 : Time 32.51s :"
                  + " 12345.67 words/s : gNorm 1.25 : L.r. 1.5000e-04",
              record -> record.has("up_") && record.has("cost"),
              Programs::marian),
          new Program(
              "ESPnet",
              "[host] 2024-10-05 10:11:12,123 (trainer:737) INFO: 3epoch:train:1-20batch:"
                  + " iter_time=1.2e-04, loss_ctc=6.5, loss=7.5, optim0_lr0=1.5e-04",
              record -> record.line().contains("epoch:train:") && record.has("loss"),
              Programs::espnet),
          new Program(
              "Darknet",
              " 20: 7.500000, 7.750000 avg, 0.000150 rate, 1.250000 seconds, 1280 images",
              record -> record.line().contains(" avg") && DARKNET.matcher(record.line()).matches(),
              Programs::darknet),
          new Program(
              "PyTorch tutorial",
              "[1,    20] loss: 7.500",
              record ->
                  record.line().startsWith("[") && EPOCH_AND_BATCH.matcher(record.line()).matches(),
              Programs::epochAndBatch),
          new Program(
              "Keras",
              "20/500 [>.............................] - ETA: 10s - loss: 7.5000 - accuracy: 0.2500",
              record ->
                  !Double.isNaN(record.count()) && isDigit(record.line().stripLeading().charAt(0)),
              NOTHING));

  private Programs() {}

  /** The program that wrote a line; null when it is unknown. */
  static @Nullable Program of(TextRecord record) {
    for (Program program : ALL) {
      if (program.wrote().test(record)) {
        return program;
      }
    }
    return null;
  }

  /** Notes the total that the step is counted against. */
  static void totalSteps(TextRecord record, LogSoFar log) {
    Entry step = record.step();
    if (step != null && step.total() > 0) {
      log.configure("total_steps", (long) step.total());
    }
  }

  /** With pipeline parallelism only the last stage has a loss; the others print -1. */
  private static void withoutLossOfOtherStages(TextRecord record, LogSoFar log) {
    Entry loss = record.find("loss");
    if (loss != null && loss.value() == -1) {
      record.remove("loss");
    }
  }

  private static void dropBelow(TextRecord record, String name) {
    Entry entry = record.find(name);
    if (entry != null && entry.value() < 0) {
      record.remove(name);
    }
  }

  private static boolean isNanoGptEvaluation(TextRecord record) {
    return record.has("step") && record.has("train_loss") && record.has("val_loss");
  }

  private static boolean isMainLog(TextRecord record) {
    String line = record.line();
    return line.startsWith("s:") && line.length() > 2 && isDigit(line.charAt(2)) && record.has("s");
  }

  private static void mainLog(TextRecord record, LogSoFar log) {
    record.rename("s", "step");
    record.rename("trl", "loss");
    record.rename("norm", "grad_norm");
    record.rename("tel", "eval_loss");
    record.rename("eval", "eval_accuracy");
  }

  private static boolean isNumberWordNumber(TextRecord record) {
    String line = record.line();
    return line.length() < 60
        && isDigit(line.charAt(0))
        && line.matches("\\d+ (train|val|hella) \\S+");
  }

  private static void numberWordNumber(TextRecord record, LogSoFar log) {
    record.rename("train", "loss");
    record.rename("val", "val_loss");
    record.rename("hella", "eval_hella");
    String line = record.line();
    record.add("step", Double.parseDouble(line.substring(0, line.indexOf(' '))));
  }

  /** It prints no loss: what it prints belongs to the loss that the user's own code prints. */
  private static void deepSpeed(TextRecord record, LogSoFar log) {
    Entry rate = record.find("lr");
    Entry skipped = record.find("skipped");
    log.carry(rate == null ? Double.NaN : rate.value(), skipped == null ? 0 : skipped.value());
    record.reject();
  }

  private static boolean isWeNet(TextRecord record) {
    String line = record.line();
    return (line.contains("TRAIN Batch ") || line.contains("CV Batch ")) && record.step() != null;
  }

  /** {@code Batch 4/20} is the 20th batch of the epoch 4; CV is cross-validation. */
  private static void weNet(TextRecord record, LogSoFar log) {
    Entry batch = record.step();
    if (batch != null) {
      record.entries().remove(batch);
      record.setEpoch(batch.value());
      record.add("step", batch.total());
      record.setEvaluation(record.line().contains("CV Batch "));
    }
  }

  private static void marian(TextRecord record, LogSoFar log) {
    record.rename("ep_", "epoch");
    record.rename("up_", "step");
    record.rename("cost", "loss");
    record.rename("l_r_", "learning_rate");
  }

  private static void espnet(TextRecord record, LogSoFar log) {
    Matcher found = ESPNET.matcher(record.line());
    if (found.find()) {
      record.setEpoch(Double.parseDouble(found.group(1)));
      record.add("step", Double.parseDouble(found.group(2)));
      record.rename("optim0_lr0", "learning_rate");
    }
  }

  private static void darknet(TextRecord record, LogSoFar log) {
    Matcher found = DARKNET.matcher(record.line());
    NumberScanner number = new NumberScanner();
    record.cut(0);
    record.setLead(Double.NaN, false);
    if (found.matches() && number.readAll(found.group(2))) {
      record.add("step", Double.parseDouble(found.group(1)));
      record.add("loss", number.value());
      record.add("learning_rate", number.readAll(found.group(3)) ? number.value() : Double.NaN);
    }
  }

  private static void epochAndBatch(TextRecord record, LogSoFar log) {
    Matcher found = EPOCH_AND_BATCH.matcher(record.line());
    if (found.matches()) {
      record.setEpoch(Double.parseDouble(found.group(1)));
      record.add("step", Double.parseDouble(found.group(2)));
    }
  }
}
