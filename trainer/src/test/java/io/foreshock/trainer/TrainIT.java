// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.trainer.link.FakeMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The train command in a process of its own. */
@Timeout(300)
class TrainIT {
  private static final List<String> TINY =
      List.of("--layers", "2", "--width", "32", "--heads", "2", "--context", "16", "--batch", "4");

  @TempDir private Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process train(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Train.class.getName()));
    command.addAll(TINY);
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "still running");
    return process.exitValue();
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  private List<String> steps(String file) throws IOException {
    Path path = directory.resolve(file);
    if (!Files.exists(path)) {
      return List.of();
    }
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith("train_step"))
        .map(line -> line.replaceAll(",step_seconds=.*", "").replaceAll(",segment=\\d+", ""))
        .toList();
  }

  private void awaitSteps(String file, int count) throws Exception {
    FakeMonitor.await(
        () -> {
          try {
            return steps(file).size() >= count;
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  void endsWithOneLineOnStandardOutput() throws Exception {
    Process process = train("--run", "brief", "--total-steps", "5", "--telemetry", "a.lp");

    assertEquals(0, exitCode(process), text("err"));
    assertTrue(
        text("out").matches("run=brief steps=5 of=5 final_loss=\\d\\.\\d+ tokens_per_.*\\n"),
        text("out"));
    assertEquals(5, steps("a.lp").size());
  }

  @Test
  void wrongOptionsAreAllToldAtOnceAndExitWithTwo() throws Exception {
    Process process =
        train("--keep", "0", "--learning-rate", "-1", "--seed", "many", "--adam-beta1", "1");

    assertEquals(2, exitCode(process));
    for (String option :
        List.of("--keep = 0", "--learning-rate = -1.0", "'--seed'", "--adam-beta1 = 1.0")) {
      assertTrue(text("err").contains(option), option + " not in " + text("err"));
    }
    assertEquals("", text("out"));
  }

  @Test
  void failureExitsWithOne() throws Exception {
    Files.writeString(directory.resolve("file"), "x");

    assertEquals(1, exitCode(train("--checkpoints", "file")));
  }

  @Test
  void textThatIsTooShortIsAUsageError() throws Exception {
    Files.writeString(directory.resolve("brief"), "x");

    assertEquals(2, exitCode(train("--text", "brief")));
    assertTrue(text("err").contains("at least context + 1 = 17"), text("err"));
  }

  @Test
  void checkpointsOfAnotherRunAreNotTouched() throws Exception {
    assertEquals(0, exitCode(train("--total-steps", "2", "--checkpoints", "c")));
    assertEquals(2, exitCode(train("--total-steps", "2", "--checkpoints", "c")));
    assertTrue(text("err").contains("--resume"), text("err"));
  }

  @Test
  void killedWhileItWritesCheckpointsItResumesToTheSameBits() throws Exception {
    List<String> options =
        List.of("--total-steps", "250", "--checkpoint-every", "1", "--keep", "3");
    assertEquals(0, exitCode(train(with(options, "--telemetry", "whole.lp"))));
    int kills = 0;
    String[] killed = with(options, "--telemetry", "killed.lp", "--checkpoints", "c", "--resume");
    for (int steps = 20; kills < 3; steps += 60) {
      Process process = train(killed);
      awaitSteps("killed.lp", steps);
      process.destroyForcibly().waitFor(); // SIGKILL; with a checkpoint a step most hit a write
      kills++;
    }
    assertEquals(0, exitCode(train(killed)), text("err"));

    List<String> whole = steps("whole.lp");
    List<String> all = steps("killed.lp");
    assertEquals(250, whole.size());
    assertEquals(whole, all.stream().distinct().toList(), "a step was lost or came out otherwise");
    assertTrue(all.size() - 250 < 3 * 60, "steps done twice: " + (all.size() - 250));
  }

  private static String[] with(List<String> options, String... more) {
    return Stream.concat(options.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void terminationSavesACheckpointAndExitsWithZero() throws Exception {
    Process process =
        train("--total-steps", "1000000", "--telemetry", "a.lp", "--checkpoints", "c");
    awaitSteps("a.lp", 10);
    process.destroy();

    assertEquals(0, exitCode(process), text("err"));
    long steps = steps("a.lp").size();
    assertTrue(Files.exists(directory.resolve("c/step-%010d.safetensors".formatted(steps))));
    assertTrue(text("out").contains("steps=" + steps + " "), text("out"));
  }

  @Test
  void deadMonitorCostsNoLineAndNoRun() throws Exception {
    FakeMonitor gone = new FakeMonitor();
    gone.close();
    Process process =
        train("--run", "r", "--total-steps", "20", "--telemetry", gone.uri().toString());

    assertEquals(0, exitCode(process), text("err"));
    assertEquals(20, steps("r-unsent.lp").size());
    assertTrue(text("out").contains("lines_dropped=0"), text("out"));
  }

  @Test
  void livingMonitorGetsEverything() throws Exception {
    try (FakeMonitor monitor = new FakeMonitor()) {
      Process process = train("--total-steps", "20", "--telemetry", monitor.uri().toString());

      assertEquals(0, exitCode(process), text("err"));
      assertEquals(1 + 20 * 5, monitor.lines.size());
      assertFalse(Files.exists(directory.resolve("train-unsent.lp")));
    }
  }
}
