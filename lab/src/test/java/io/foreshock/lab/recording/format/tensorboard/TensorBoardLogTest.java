// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.Message;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorBoardLogTest extends LogFormatContract {
  private static final int FLOAT = 1;
  private static final int DOUBLE = 2;
  private static final int INT32 = 3;
  private static final int STRING = 7;
  private static final int INT64 = 9;
  private static final int BFLOAT16 = 14;
  private static final int HALF = 19;

  @Override
  protected LogFormat format() {
    return Formats.named("tensorboard");
  }

  @Override
  protected byte[] log(double... losses) {
    EventFile file = new EventFile();
    for (int i = 0; i < losses.length; i++) {
      file.scalar(i + 1, "loss", losses[i]);
    }
    return file.toBytes();
  }

  @Override
  protected String fileName() {
    return "events.out.tfevents.1700000000.host.1.0";
  }

  @Test
  void aFileIsRecognizedByItsNameBeforeItsFirstEventIsComplete() {
    byte[] begun = Arrays.copyOf(log(4.5), 5);
    assertTrue(format().recognizes(new Head(fileName(), begun)));
    assertFalse(format().recognizes(new Head("training.bin", begun)));
    assertFalse(format().recognizes(new Head(fileName() + ".csv", "a,b\n1,2\n".getBytes())));
  }

  @Test
  void aFileOfOtherRecordsInTheSameFramesIsNotRecognized() {
    byte[] example = new Message().message(1, new Message().text(1, "an image")).toBytes();
    byte[] file = new EventFile().frame(example).toBytes();
    byte[] first = Arrays.copyOfRange(file, new EventFile().size(), file.length);
    assertFalse(format().recognizes(new Head("train.tfrecord", first)));
  }

  @Test
  void theValuesOfAStepAreOneRecordWithTheTimeOfTheFirst() {
    EventFile file = new EventFile().scalar(5, "train/loss", 4.5).scalar(5, "train/epoch", 0.25);
    assertEquals(
        List.of("train_step step=5.0,train/loss=4.5,train/epoch=0.25 1700000005000000000"),
        all(file));
  }

  @Test
  void aStepIsPassedOnAsSoonAsItHasWhatTheStepBeforeHad() {
    EventFile file = new EventFile().scalar(1, "loss", 4).scalar(1, "lr", 1);
    file.scalar(2, "loss", 3);
    assertEquals(List.of("1 loss lr"), growing(file), "step 2 has begun");
    file.scalar(2, "lr", 1);
    assertEquals(List.of("1 loss lr", "2 loss lr"), growing(file), "step 2 is complete");
  }

  @Test
  void anEvaluationDelaysOneStepAtMost() {
    EventFile file = new EventFile().scalar(1, "loss", 4).scalar(2, "loss", 4);
    file.scalar(2, "eval/loss", 5).scalar(3, "loss", 4);
    assertEquals(List.of("1 loss", "2 loss", "2 eval/loss"), growing(file));
    file.scalar(4, "loss", 4);
    assertEquals(
        List.of("1 loss", "2 loss", "2 eval/loss", "3 loss", "4 loss"),
        growing(file),
        "step 4 is passed on at once again");
  }

  @Test
  void aTagThatComesTwiceForAStepBeginsAnotherRecord() {
    EventFile file = new EventFile().scalar(1, "epoch", 1).scalar(1, "loss", 4);
    file.scalar(1, "epoch", 1).scalar(1, "val_loss", 5);
    assertEquals(List.of("1 epoch loss", "1 epoch val_loss"), names(all(file)));
  }

  @Test
  void aTagThatGoesBackIsARestart() {
    EventFile file = new EventFile().scalar(1, "loss", 4).scalar(2, "loss", 3);
    file.scalar(1, "loss", 4).scalar(2, "loss", 3);
    assertEquals(List.of("1 loss", "2 loss", "1 loss", "2 loss"), names(all(file)));
  }

  @Test
  void aStartOfASessionIsARestart() {
    EventFile file = new EventFile().scalar(7, "loss", 4);
    file.event(3, new Message().number(1, 1), 7).scalar(3, "grad_norm", 1).scalar(3, "loss", 4);
    assertEquals(List.of("7 loss", "3 grad_norm loss"), names(all(file)));
  }

  @Test
  void aTagThatCountsEpochsDoesNotLookAsARestart() {
    EventFile file = new EventFile().scalar(500, "loss", 4).scalar(501, "loss", 4);
    file.scalar(1, "epoch_loss", 4).scalar(502, "loss", 4).scalar(2, "epoch_loss", 3);
    file.scalar(503, "loss", 4);
    assertEquals(
        List.of("500 loss", "501 loss", "epoch_loss", "502 loss", "epoch_loss", "503 loss"),
        names(all(file)));
  }

  @Test
  void aLateEvaluationKeepsItsStep() {
    EventFile file = new EventFile().scalar(500, "loss", 4).scalar(400, "eval/loss", 5);
    assertEquals(List.of("500 loss", "400 eval/loss"), names(all(file)));
  }

  @Test
  void tagsOverAnotherAxisAreLeftOut() {
    EventFile file = new EventFile().scalar(1, "lm loss", 4).scalar(64, "lm loss vs samples", 4);
    file.scalar(2, "lm loss", 4).scalar(128, "lm loss vs. samples", 4);
    file.scalar(999, "steps-vs-tokens/y=steps,x=tokens", 2)
        .scalar(2, "loss vs steps", 3)
        .scalar(2, "step", 9);
    assertEquals(List.of("1 lm loss", "2 lm loss", "2 loss vs steps"), names(all(file)));
  }

  @Test
  void tensorsOfOneNumberAreScalarsInEveryType() {
    EventFile file = new EventFile();
    file.value(1, tensor("a", new Message().number(1, FLOAT).fixed32(5, 1.5f)));
    file.value(1, tensor("b", content(FLOAT, Message.littleEndian(4).putFloat(2.5f).array())));
    file.value(1, tensor("c", new Message().number(1, DOUBLE).fixed64(6, 1e-9)));
    file.value(1, tensor("d", content(DOUBLE, Message.littleEndian(8).putDouble(-3).array())));
    file.value(1, tensor("e", content(BFLOAT16, new byte[] {(byte) 0xc0, 0x3f})));
    file.value(1, tensor("f", content(HALF, new byte[] {0, (byte) 0xc1})));
    file.value(1, tensor("g", new Message().number(1, HALF).number(13, 0x7e00)));
    file.value(1, tensor("h", new Message().number(1, INT32).number(7, -7)));
    file.value(1, tensor("i", new Message().number(1, INT64).bytes(10, (byte) 0x80, (byte) 1)));
    file.value(1, tensor("j", new Message().number(1, FLOAT))); // writers leave zeros out
    assertEquals(
        "train_step step=1.0,a=1.5,b=2.5,c=1.0E-9,d=-3.0,e=1.5,f=-2.5,g=NaN,h=-7.0,i=128.0,j=0.0",
        all(file).get(0).replaceFirst(" \\d+$", ""));
  }

  @Test
  void whatIsNoScalarIsSkipped() {
    Message vector = new Message().number(1, FLOAT).message(2, dimension(2)).fixed32(5, 1);
    Message text = new Message().number(1, STRING).text(8, "hello");
    EventFile file = new EventFile().scalar(1, "loss", 4);
    file.value(1, new Message().text(1, "histogram").message(5, new Message().fixed64(1, 1)));
    file.value(1, new Message().text(1, "image").message(4, new Message().number(1, 8)));
    file.value(1, tensor("vector", vector)).value(1, tensor("sample", text));
    file.value(
        1, plugin("curve", "pr_curves", new Message()).message(8, new Message().number(1, FLOAT)));
    file.event(1, new Message().text(2, "a message of the log"), 6);
    assertEquals(List.of("1 loss"), names(all(file)));
  }

  @Test
  void hyperparametersAndTextsAreTheConfiguration() {
    Message start =
        new Message()
            .message(1, hyperparameter("optimizer/lr", new Message().fixed64(2, 1e-3)))
            .message(1, hyperparameter("bf16", new Message().number(4, 1)))
            .message(1, hyperparameter("optim", new Message().text(3, "adamw_torch")));
    String arguments = "{\"max_steps\": 500, \"warmup_ratio\": 0.1, \"hub_token\": \"secret\"}";
    EventFile file = new EventFile();
    file.value(0, session(new Message().number(1, 0).message(3, start)));
    file.value(0, text("answers/text_summary", "{\"lr\": 7}"));
    file.value(0, text("args/text_summary", arguments)).value(0, text("clip-grad", "1.0"));
    file.scalar(1, "loss", 4);
    assertEquals(
        List.of(
            "run_config learning_rate=0.001,total_steps=500.0,optimizer=\"adamw_torch\","
                + "gradient_clip=1.0,precision=\"bf16\",warmup_steps=50.0 1700000001000000000",
            "train_step step=1.0,loss=4.0 1700000001000000000"),
        all(file));
  }

  @Test
  void aSessionThatEndsAfterTheTrainingEndsTheRun() {
    Message success = new Message().message(4, new Message().number(1, 1));
    Message failure = new Message().message(4, new Message().number(1, 2));
    EventFile atOnce = new EventFile().value(0, session(new Message().message(3, new Message())));
    atOnce.value(0, session(success)).scalar(1, "loss", 4);
    assertEquals(List.of("1 loss"), names(all(atOnce)), "loggers write both when training begins");
    EventFile file = new EventFile().scalar(1, "loss", 4).value(2, session(failure));
    assertEquals("event kind=\"end\",status=\"failed\" 1700000002000000000", all(file).get(1));
  }

  @Test
  void aDamagedEventIsReportedAndTheNextIsRead() {
    EventFile file = new EventFile().scalar(1, "loss", 4);
    int second = file.size();
    byte[] bytes = file.scalar(2, "loss", 3).scalar(3, "loss", 2).toBytes();
    bytes[second + 20]++;
    assertEquals(List.of("4.0", "2.0"), losses(bytes));
    assertEquals(List.of("3: the checksum of the record's data does not agree"), problems(bytes));
    bytes[second + 2]++; // now its length is damaged, too
    assertEquals(List.of("4.0", "2.0"), losses(bytes));
    assertEquals(
        List.of("3: the checksum of the record's length does not agree; looking for the next one"),
        problems(bytes));
  }

  @Test
  void aFrameThatHoldsNoEventIsReported() {
    EventFile file = new EventFile().scalar(1, "loss", 4);
    file.frame("no event".getBytes(StandardCharsets.UTF_8)).scalar(2, "loss", 3);
    assertEquals(List.of("4.0", "3.0"), losses(file.toBytes()));
    assertEquals(1, problems(file.toBytes()).size());
  }

  /** The records of a complete log. */
  private List<String> all(EventFile file) {
    List<String> problems = problems(file.toBytes());
    assertEquals(List.of(), problems);
    return records(file.toBytes(), 1 << 16);
  }

  /** The records of a log that may go on, by step and names. */
  private List<String> growing(EventFile file) {
    List<String> records = new ArrayList<>();
    LogReader reader = format().reader(ReadingOptions.shipped());
    byte[] bytes = file.toBytes();
    assertEquals(bytes.length, reader.read(bytes, 0, bytes.length, false, collecting(records)));
    return names(records);
  }

  private static List<String> names(List<String> records) {
    List<String> names = new ArrayList<>();
    for (String record : records) {
      names.add(
          record
              .replaceFirst("train_step ", "")
              .replaceFirst("step=(\\d+)\\.0,", "$1 ")
              .replaceFirst(" \\d+$", "")
              .replaceAll("=[^,]+", "")
              .replace(',', ' '));
    }
    return names;
  }

  private static Message tensor(String tag, Message tensor) {
    return new Message().text(1, tag).message(8, tensor);
  }

  private static Message content(int type, byte[] content) {
    return new Message().number(1, type).message(2, new Message()).bytes(4, content);
  }

  private static Message dimension(int size) {
    return new Message().message(2, new Message().number(1, size));
  }

  private static Message text(String tag, String text) {
    return plugin(tag, "text", new Message())
        .message(8, new Message().number(1, STRING).message(2, dimension(1)).text(8, text));
  }

  private static Message session(Message data) {
    return plugin("_hparams_/session", "hparams", data);
  }

  private static Message plugin(String tag, String plugin, Message content) {
    Message data = new Message().text(1, plugin).message(2, content);
    return new Message().text(1, tag).message(9, new Message().message(1, data));
  }

  private static Message hyperparameter(String name, Message value) {
    return new Message().text(1, name).message(2, value);
  }
}
