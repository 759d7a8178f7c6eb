// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log is delivered once, whatever happens to the program that delivers it. */
class AttachmentTest {
  private static final int LINES = 60_000; // several batches

  @TempDir Path folder;

  private final List<String> delivered = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private Path file;
  private long now = 1_800_000_000_000_000_000L;
  private int deliveriesUntilKilled = Integer.MAX_VALUE;
  private boolean killedAfterTheMonitorTookIt;

  /** Stands for kill -9: nothing after it runs. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("run.lp");
    Files.writeString(file, lines(1, LINES));
  }

  @Test
  void eachLineIsDeliveredOnce() throws Exception {
    attach().look();
    assertSteps(1, LINES);
    assertEquals(LINES, delivered.size());
  }

  @Test
  void aProgramThatIsKilledLosesAndDoublesNothing() throws Exception {
    Random random = new Random(7);
    for (int kill = 0; kill < 12; kill++) {
      deliveriesUntilKilled = 1 + random.nextInt(3);
      killedAfterTheMonitorTookIt = kill % 2 == 0;
      try {
        attach().look();
      } catch (Killed e) {
        now += 60_000_000_000L;
      }
    }
    deliveriesUntilKilled = Integer.MAX_VALUE;
    attach().look();
    // the monitor stores a line once that has the same time and the same values
    assertEquals(LINES, new LinkedHashSet<>(delivered).size());
    assertSteps(1, LINES);
    assertTrue(delivered.size() > LINES, "a batch whose answer was lost is sent again");
  }

  @Test
  void whatWasWrittenMeanwhileFollows() throws Exception {
    attach().look();
    Files.writeString(file, Files.readString(file) + lines(LINES + 1, LINES + 5));
    delivered.clear();
    attach().look();
    assertSteps(LINES + 1, LINES + 5);
    assertTrue(
        messages.contains("a: goes on after 60000 lines that were sent"), messages::toString);
  }

  @Test
  void aLogThatWasReplacedMeanwhileIsSentFromItsBeginning() throws Exception {
    attach().look();
    Files.writeString(file, lines(1, 10).replace("loss=1.5", "loss=2.5"));
    delivered.clear();
    attach().look();
    assertSteps(1, 10);
    assertTrue(
        messages.contains("a: the log was replaced, so it is sent from its beginning"),
        messages::toString);
  }

  @Test
  void linesThatWereThereAreSpreadOverTheTimeOfWriting() throws Exception {
    attach().look();
    List<Long> times =
        delivered.stream().map(l -> Long.parseLong(l.substring(l.lastIndexOf(' ') + 1))).toList();
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) > times.get(i - 1), "line " + i);
    }
    assertTrue(
        times.get(LINES - 1)
            <= Files.getLastModifiedTime(file).toMillis() * 1_000_000L
                + 1_000_000L
                + LINES * 1_000L);
  }

  @Test
  void anEndInTheLogEndsTheRunUntilTrainingGoesOn() throws Exception {
    Attachment log = attach();
    log.look();
    assertEquals(LINES, log.newestStep());
    Files.writeString(
        file, Files.readString(file) + "event,run=a kind=\"end\",status=\"finished\"\n");
    log.look();
    assertTrue(log.hasEnded());
  }

  private Attachment attach() throws IOException {
    return new Attachment(
        new Log("a", false, List.of(file), Formats.named("lp")),
        ReadingOptions.shipped(),
        SentLines.of(folder.resolve("sent.json")),
        this::deliver,
        () -> now++,
        messages::add);
  }

  private void deliver(byte[] lines) {
    boolean killed = --deliveriesUntilKilled == 0;
    if (!killed || killedAfterTheMonitorTookIt) {
      new String(lines, StandardCharsets.UTF_8).lines().forEach(delivered::add);
    }
    if (killed) {
      throw new Killed();
    }
  }

  private void assertSteps(int from, int to) {
    List<Integer> steps =
        new LinkedHashSet<>(delivered)
            .stream()
                .map(line -> Integer.parseInt(line.replaceAll(".*step=(\\d+)i.*", "$1")))
                .collect(Collectors.toList());
    assertEquals(IntStream.rangeClosed(from, to).boxed().toList(), steps);
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      lines.append("train_step,run=a step=").append(step).append("i,loss=1.5\n");
    }
    return lines.toString();
  }
}
