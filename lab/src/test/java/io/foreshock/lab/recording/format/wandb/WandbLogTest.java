// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.Message;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WandbLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("wandb");
  }

  @Override
  protected byte[] log(double... losses) {
    WandbFile file = new WandbFile().run("abc", "");
    for (int i = 0; i < losses.length; i++) {
      file.row(i + 1, "loss", Double.toString(losses[i]));
    }
    return file.toBytes();
  }

  @Override
  protected String fileName() {
    return "run-abc.wandb";
  }

  @Test
  void aRowIsOneRecordOfTheRunWithItsTime() {
    WandbFile file = new WandbFile().run("abc", "tidy-river-7");
    file.row(3, "train/loss", "4.5", "train/global_step", "30", "_timestamp", "1700000001.5");
    assertEquals(
        List.of(
            "train_step,run=tidy-river-7-abc train/loss=4.5,train/global_step=30.0,_step=3.0"
                + " 1700000001500000000"),
        all(file));
  }

  @Test
  void aRunWithoutADisplayNameIsNamedByItsId() {
    assertEquals(
        List.of("train_step,run=abc loss=4.0,_step=1.0"),
        all(new WandbFile().run("abc", "").row(1, "loss", "4")));
  }

  @Test
  void aRunKeepsTheNameWithWhichItBegan() {
    WandbFile file = new WandbFile().run("abc", "first").run("abc", "renamed").row(1, "loss", "4");
    assertEquals(List.of("train_step,run=first-abc loss=4.0,_step=1.0"), all(file));
  }

  @Test
  void nestedValuesAreJoinedWithADot() {
    Message nested = new Message().text(2, "a").text(2, "b").text(16, "1.5");
    WandbFile file = new WandbFile().history(new Message().message(1, nested));
    file.row(1, "c", "{\"d\": {\"e\": 2}, \"f\": \"text\"}");
    assertEquals(
        List.of("train_step a.b=1.5", "train_step c.d.e=2.0,c.f=\"text\",_step=1.0"), all(file));
  }

  @Test
  void valuesWithATypeAreRead() {
    Message row = new Message();
    row.message(1, new Message().text(1, "whole").number(5, 7)); // zigzag: 7 is -4
    row.message(1, new Message().text(1, "number").fixed64(6, 0.5));
    row.message(1, new Message().text(1, "text").text(7, "hello"));
    row.message(1, new Message().text(1, "json").text(8, "{\"a\": 1}"));
    row.message(1, new Message().text(1, "flag").number(4, 1));
    assertEquals(
        List.of("train_step whole=-4.0,number=0.5,text=\"hello\",json.a=1.0"),
        all(new WandbFile().history(row)));
  }

  @Test
  void numbersThatJsonDoesNotHaveAreReadQuotedOrNot() {
    WandbFile file = new WandbFile().row(1, "a", "NaN", "b", "\"NaN\"", "c", "-Infinity");
    file.row(2, "d", "\"Infinity\"", "e", "\"inf\"");
    assertEquals(
        List.of(
            "train_step a=NaN,b=NaN,c=-Infinity,_step=1.0",
            "train_step d=Infinity,e=\"inf\",_step=2.0"),
        all(file));
  }

  @Test
  void listsMediaAndTruthValuesAreLeftOut() {
    String histogram = "{\"_type\": \"histogram\", \"values\": [1], \"packed\": 3}";
    WandbFile file =
        new WandbFile().row(1, "h", histogram, "l", "[1, 2]", "t", "true", "n", "null");
    Message row = new Message();
    row.message(1, new Message().text(2, "image").text(2, "width").text(16, "640"));
    row.message(1, new Message().text(2, "image").text(2, "_type").text(16, "\"image-file\""));
    row.message(1, new Message().text(2, "imagery").text(16, "1"));
    file.history(row);
    assertEquals(List.of("train_step imagery=1.0"), all(file));
  }

  @Test
  void theConfigurationAndItsChangesAreTheRunsConfiguration() {
    WandbFile file =
        new WandbFile().run("abc", "", "_wandb", "{\"lr\": 9}", "lr", "0.001", "key", "\"secret\"");
    file.configured("optimizer", "{\"name\": \"AdamW\", \"betas\": [0.9, 0.95]}");
    file.configured("fp16", "true", "logging_steps", "10", "max_steps", "-1");
    file.configured("key", "\"another\"");
    List<String> records = records(file.toBytes(), 1 << 16);
    assertEquals(
        List.of(
            "run_config,run=abc learning_rate=0.001 1700000000000000000",
            "run_config,run=abc learning_rate=0.001,optimizer=\"AdamW\" 1700000000000000000",
            "run_config,run=abc learning_rate=0.001,optimizer=\"AdamW\",precision=\"float16\","
                + "loss_steps=10.0 1700000000000000000"),
        records);
  }

  @Test
  void theExitOfTheProgramEndsTheRun() {
    WandbFile file = new WandbFile().run("abc", "").row(1, "loss", "4", "_timestamp", "1.7e9");
    assertEquals(
        "event,run=abc kind=\"end\",status=\"finished\" 1700000000000000000",
        all(file.exit(0)).get(1));
    assertTrue(all(file.exit(1)).get(2).contains("status=\"failed\""));
  }

  @Test
  void recordsGoOnOverTheEndsOfBlocks() {
    WandbFile file = new WandbFile();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i < 120; i++) { // up to two blocks long
      file.row(i, "text", '"' + "x".repeat(i * 541) + '"', "loss", i + ".5");
      expected.add(i + ".5");
    }
    assertEquals(expected, losses(file.toBytes()));
    assertEquals(List.of(), problems(file.toBytes()));
    assertEquals(records(file.toBytes(), 1 << 16), records(file.toBytes(), 1000));
  }

  @Test
  void aRecordThatIsNotCompleteIsWaitedFor() {
    WandbFile file = new WandbFile().row(1, "loss", "4");
    int first = file.size();
    byte[] bytes = file.row(2, "loss", "3").toBytes();
    LogReader reader = format().reader(ReadingOptions.shipped());
    List<String> records = new ArrayList<>();
    assertEquals(first, reader.read(bytes, 0, bytes.length - 1, false, collecting(records)));
    assertEquals(1, records.size());
    assertEquals(bytes.length, reader.read(bytes, first, bytes.length, false, collecting(records)));
    assertEquals("train_step loss=3.0,_step=2.0", records.get(1));
  }

  @Test
  void afterDamageTheNextBlockIsRead() {
    WandbFile file = new WandbFile().row(1, "loss", "4");
    int second = file.size();
    file.row(2, "loss", "3").row(3, "text", '"' + "x".repeat(32768) + '"').row(4, "loss", "2");
    byte[] bytes = file.toBytes();
    bytes[second + 10]++;
    assertEquals(List.of("4.0", "2.0"), losses(bytes));
    assertEquals(
        List.of("2: the checksum does not agree; the rest of the block of 32 KiB is left out"),
        problems(bytes));
  }

  @Test
  void aFileOfAnotherVersionIsNotRead() {
    byte[] bytes = new WandbFile().row(1, "loss", "4").toBytes();
    bytes[6] = 1;
    assertEquals(List.of(), losses(bytes));
    assertEquals(
        List.of("1: is no file of W&B of version 0: nothing of it is read"), problems(bytes));
  }

  /** The records of a complete log that has nothing bad in it. */
  private List<String> all(WandbFile file) {
    assertEquals(List.of(), problems(file.toBytes()));
    return records(Arrays.copyOf(file.toBytes(), file.size()), 1 << 16);
  }
}
