// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.TestMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Other people's programs train a tiny model on the CPU and write their usual logs. Its learning
 * rate is multiplied by 3,000 at step 200, and the alarm must arrive while the program still runs.
 *
 * <p>Needs a Python with the packages, named by the environment variable FORESHOCK_PYTHON or found
 * as {@code python3}; a program whose packages are missing is skipped.
 */
@Timeout(600)
class AttachLiveIT {
  private static final Path PROGRAMS = Path.of("src/test/python");
  private static final String OUTPUT = "training.out";
  private static final int DIVERGES_AT = 200;

  @TempDir private Path folder;
  private TestMonitor monitor;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(folder.resolve("data"), "");
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
    monitor.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "train_text.py, numpy",
    "train_megatron_tensorboard.py, numpy tensorboardX",
    "train_wandb.py, numpy wandb",
  })
  void theLogIsFollowedAndTheDivergenceAlarmed(String program, String packages) throws Exception {
    followed(program, packages, "");
  }

  @Test
  void anAddressInTheEnvironmentIsEnough() throws Exception {
    assumePython("numpy mlflow");
    alarmed("train_mlflow.py", "", "MLFLOW_TRACKING_URI");
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0} {2}")
  @CsvSource({
    "train_transformers.py, torch transformers tensorboard, tensorboard",
    "train_transformers.py, torch transformers wandb, wandb",
    "train_lightning.py, torch lightning, csv",
    "train_lightning.py, torch lightning tensorboard, tensorboard",
  })
  void aFrameworksLogIsFollowed(String program, String packages, String argument) throws Exception {
    followed(program, packages, argument);
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}")
  @CsvSource({"mlflow, MLFLOW_TRACKING_URI", "trackio, TRACKIO_SERVER_URL"})
  void aFrameworkReportsToAnAddress(String client, String variable) throws Exception {
    assumePython("torch transformers " + client);
    alarmed("train_transformers.py", client, variable);
  }

  private void followed(String program, String packages, String argument) throws Exception {
    assumePython(packages);
    Path logs = Files.createDirectories(folder.resolve("logs"));
    java("attach", "--monitor", monitor.url(), "--state", folder + "/state", logs.toString());
    assertAlarmedWhile(started(command(program(program, logs.toString(), argument)), OUTPUT));
  }

  private void alarmed(String program, String argument, String variable) throws Exception {
    ProcessBuilder builder = command(program(program, folder.toString(), argument));
    builder.environment().put(variable, monitor.url());
    builder.environment().put("TRACKIO_WRITE_TOKEN", "any");
    assertAlarmedWhile(started(builder, OUTPUT));
  }

  private void assertAlarmedWhile(Process training) throws Exception {
    String run = "";
    while (run.isEmpty()) {
      assertTrue(
          training.isAlive(), () -> "no alarm: " + read(OUTPUT) + read("attach.out") + runs());
      training.waitFor(500, TimeUnit.MILLISECONDS);
      run = criticalRun();
    }
    long step = Long.MAX_VALUE;
    for (JsonNode alarm : monitor.json(TestMonitor.runPath(run) + "/alarms")) {
      if (alarm.path("severity").asText().equals("critical")) {
        step = Math.min(step, alarm.path("step").asLong());
      }
    }
    long at = step;
    assertTrue(at >= DIVERGES_AT && at < DIVERGES_AT + 60, () -> "critical at step " + at);
    System.out.println("critical at step " + at + " of run " + run);
  }

  /** Name of a run with a critical alarm; empty when there is none yet. */
  private String criticalRun() throws IOException, InterruptedException {
    for (JsonNode run : monitor.json("/api/v1/runs")) {
      if (run.path("alarms").path("critical").asInt() > 0) {
        return run.path("run").asText();
      }
    }
    return "";
  }

  private String runs() {
    try {
      return monitor.json("/api/v1/runs").toString();
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  private void assumePython(String packages) throws Exception {
    String imports = "import " + packages.strip().replace(' ', ',');
    Process check = command(List.of(interpreter(), "-c", imports)).start();
    assumeTrue(
        check.waitFor(60, TimeUnit.SECONDS) && check.exitValue() == 0,
        () -> "no Python with " + packages + " (pip install them, or set FORESHOCK_PYTHON)");
  }

  private static List<String> program(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(interpreter()));
    command.add(PROGRAMS.resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private void java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Foreshock.class.getName());
    command.addAll(List.of(arguments));
    started(command(command), "attach.out");
  }

  private static String interpreter() {
    String named = System.getenv("FORESHOCK_PYTHON");
    return named == null ? "python3" : named;
  }

  private static ProcessBuilder command(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder;
  }

  private Process started(ProcessBuilder builder, String output) throws IOException {
    Process process = builder.redirectOutput(folder.resolve(output).toFile()).start();
    processes.add(process);
    return process;
  }

  private String read(String output) {
    try {
      return Files.readString(folder.resolve(output));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
