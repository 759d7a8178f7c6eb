// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.Foreshock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AttachCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void onceIsPrintedAsLineProtocol() throws IOException {
    Path log = write("my-run.csv", "Step,train/loss,lr\n1,2.5,0.001\n2,nan,0.001\n");
    assertEquals(0, attach("--once", log.toString()));
    assertEquals(
        "train_step,run=my-run step=1i,loss=2.5,learning_rate=0.001\n"
            + "train_step,run=my-run step=2i,loss=NaN,learning_rate=0.001\n",
        out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void theNamesAndTheRunCanBeGiven() throws IOException {
    Path log = write("x.jsonl", "{\"step\": 1, \"ce\": 2.5}\n");
    assertEquals(
        0,
        attach("--once", "--run", "mine", "--format", "jsonl", "--map", "ce=loss", log.toString()));
    assertEquals("train_step,run=mine step=1i,loss=2.5\n", out.toString());
  }

  @Test
  void aPatternOfOnesOwnFindsTheNumbers() throws IOException {
    Path log = write("x.log", "it 17 of 20 -> 2.5 nats\nnothing\n");
    assertEquals(
        0,
        attach(
            "--once", "--pattern", "it (?<step>\\d+) of .*> (?<grad_norm>\\S+)", log.toString()));
    assertEquals("train_step,run=x step=17i,grad_norm=2.5\n", out.toString());
    assertEquals(2, attach("--once", "--pattern", "it (\\d+)", log.toString()));
    assertTrue(err.toString().contains("expected groups with names"), err.toString());
    assertEquals(2, attach("--once", "--pattern", "it (?<step>", log.toString()));
    assertTrue(
        err.toString().contains("--pattern = it (?<step>: Unclosed group at"), err.toString());
  }

  @Test
  void aDryRunSaysWhatWouldBeSentAndWhatLooksWrong() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int step = 64; step <= 64 * 30; step += 64) {
      text.append("{\"step\": ").append(step).append(", \"train/loss\": 0, \"mine\": 3}\n");
    }
    assertEquals(0, attach("--dry-run", write("x.jsonl", text.toString()).toString()));
    String said = out.toString();
    assertTrue(said.contains("run x: 30 lines of steps 64 to 1,920, every 64 steps"), said);
    assertTrue(said.contains("  loss <- train/loss\n"), said);
    assertTrue(said.contains("read by no detector: mine\n"), said);
    assertTrue(said.contains("check: steps grow by 64: are they samples or tokens"), said);
    assertTrue(said.contains("check: the loss is exactly 0 in 30 lines"), said);
    assertTrue(said.contains("check: loss stays the same for 30 lines: is it a gauge?"), said);
  }

  @Test
  void whatCannotBeReadSaysWhatIsExpected() throws IOException {
    assertEquals(2, attach(folder.resolve("none.csv").toString()));
    assertTrue(err.toString().contains("expected a file or directory that can be read"));
    assertEquals(1, attach("--once", write("poem.txt", "roses are red\n").toString()));
    assertTrue(
        err.toString()
            .contains(
                "no format is recognized: no line has a step and a loss; for a text give --pattern"),
        err.toString());
    assertEquals(2, attach("--once", "--format", "xml", write("a.xml", "<a/>").toString()));
    assertTrue(err.toString().contains("--format = 'xml': expected one of wandb"), err.toString());
    assertEquals(2, attach("--once", "--dry-run", folder.toString()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private int attach(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "attach";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = Foreshock.commandLine();
    return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all);
  }
}
