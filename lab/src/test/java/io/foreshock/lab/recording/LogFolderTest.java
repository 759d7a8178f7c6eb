// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which logs are found below a directory, and what their runs are called. */
class LogFolderTest {
  private static final String CSV = "step,loss\n1,2.5\n2,2.25\n";
  private static final String JSON =
      "{\"step\": 1, \"loss\": 2.5}\n{\"step\": 2, \"loss\": 2.25}\n";
  private static final String TEXT = "step 1: loss 2.5\nstep 2: loss 2.25\n";

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void eachDirectoryIsARunAndIsCalledAfterWhatSaysSomething() throws IOException {
    write("sweep/a/metrics.csv", CSV);
    write("sweep/b/lightning_logs/version_0/metrics.csv", CSV);
    write("train.jsonl", "not a log");
    assertEquals(List.of("sweep-a csv", "sweep-b-version_0 csv"), found());
  }

  @Test
  void ofSeveralFormatsOfARunTheOneThatHoldsMostIsUsedAndTheOthersAreTold() throws IOException {
    write("run/train.log", TEXT);
    write("run/logs/metrics.jsonl", JSON);
    write("run/logs/deeper/metrics.csv", CSV);
    assertEquals(List.of("run jsonl"), found());
    assertEquals(
        List.of(
            folder
                + ": left out 1 file of the format csv beside other logs; name the format to use it",
            folder
                + ": left out 1 file of the format text beside other logs; name the format to use"
                + " it"),
        notes);
  }

  @Test
  void logsOfDifferentRunsAreAllUsedWhateverTheirFormats() throws IOException {
    write("a/metrics.jsonl", JSON);
    write("b/metrics.csv", CSV);
    write("c/train.log", TEXT);
    assertEquals(List.of("a jsonl", "b csv", "c text"), found());
    assertEquals(List.of(), notes);
  }

  @Test
  void ofARunsCheckpointsTheNewestStateCounts() throws IOException {
    for (int step : new int[] {5, 10, 20}) {
      write(
          "llama/checkpoint-" + step + "/trainer_state.json",
          "{\"log_history\": [{\"step\": " + step + ", \"loss\": 2.5}], \"global_step\": 1}");
    }
    List<Log> logs = LogFolder.logs(folder, null, new Recognition(), notes::add);
    assertEquals("llama", logs.get(0).run());
    assertEquals(
        List.of(folder.resolve("llama/checkpoint-20/trainer_state.json")), logs.get(0).files());
  }

  @Test
  void aDirectoryWithoutLogsSaysSo() throws IOException {
    write("vocabulary.txt", "a b c");
    IOException e = assertThrows(IOException.class, this::found);
    assertEquals(folder + ": expected a directory with logs, found none", e.getMessage());
  }

  @Test
  void oneNameForSeveralRunsIsRefused() throws IOException {
    write("a/metrics.csv", CSV);
    write("b/metrics.csv", CSV);
    Logs named = new Logs(null, "mine", notes::add);
    IOException e = assertThrows(IOException.class, () -> named.find(List.of(folder)));
    assertEquals("--run = mine: names one run, and there are several logs: a, b", e.getMessage());
    assertEquals("mine", named.find(List.of(folder.resolve("a"))).get(0).run());
  }

  private List<String> found() throws IOException {
    return LogFolder.logs(folder, null, new Recognition(), notes::add).stream()
        .map(log -> log.run() + " " + log.format().name())
        .toList();
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
