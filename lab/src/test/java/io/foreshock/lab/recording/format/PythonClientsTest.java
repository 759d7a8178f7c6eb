// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads logs that the real Python clients write. Skipped where {@code FORESHOCK_PYTHON}, or else
 * {@code python3}, does not have them.
 */
class PythonClientsTest {
  private static final String PYTHON =
      Objects.requireNonNullElse(System.getenv("FORESHOCK_PYTHON"), "python3");

  private static final int STEPS = 700;

  @TempDir Path directory;

  @Test
  void wandbOffline() throws Exception {
    assumeModule("wandb");
    python(
        """
        import wandb
        config = {"learning_rate": 1e-3, "max_steps": 700, "bf16": True, "args": {"optim": "adamw"}}
        run = wandb.init(project="p", name="a name", mode="offline", dir=".", config=config)
        for i in range(700):
            row = {"train/loss": 4 - i / 256, "train/global_step": 2 * i, "a": {"b": i}}
            if i == 5:
                row |= {"nan": float("nan"), "inf": -float("inf"), "h": wandb.Histogram([1, 2])}
            run.log(row)
        run.config.update({"weight_decay": 0.1})
        run.finish(exit_code=3)
        """);
    List<Map<String, Object>> rows = read("wandb", ".wandb");
    Map<String, Object> config = rows.get(0);
    assertEquals(0.001, config.get("learning_rate"));
    assertEquals(700L, config.get("total_steps"));
    assertEquals("bf16", config.get("precision"));
    assertEquals("adamw", config.get("optimizer"));
    assertTrue(config.get("run").toString().startsWith("a name-"));
    for (int i = 0; i < STEPS; i++) {
      Map<String, Object> row = rows.get(1 + i);
      assertEquals(4 - i / 256.0, row.get("train/loss"));
      assertEquals(2L * i, row.get("train/global_step"));
      assertEquals((double) i, row.get("a.b"));
      assertEquals((long) i, row.get("_step"));
    }
    assertEquals(Double.NaN, rows.get(6).get("nan"));
    assertEquals(Double.NEGATIVE_INFINITY, rows.get(6).get("inf"));
    assertTrue(rows.get(6).keySet().stream().noneMatch(name -> name.startsWith("h")));
    assertEquals(0.1, rows.get(STEPS + 1).get("weight_decay"));
    assertEquals("failed", rows.get(STEPS + 2).get("status"));
    assertEquals(STEPS + 3, rows.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch.utils.tensorboard", "tensorboardX"})
  void summaryWriter(String module) throws Exception {
    assumeModule(module);
    python(
        """
        import json, numpy
        from %s import SummaryWriter
        writer = SummaryWriter("run")
        writer.add_text("args", json.dumps({"learning_rate": 1e-3, "max_steps": 700}, indent=2))
        for i in range(1, 701):
            writer.add_scalar("train/loss", 4 - i / 256, i)
            writer.add_scalar("train/grad_norm", float("nan") if i == 5 else 0.5, i)
            if i %% 100 == 0:
                writer.add_histogram("weights", numpy.arange(10), i)
                writer.add_scalar("eval/loss", 5, i)
        writer.close()
        """
            .formatted(module));
    List<Map<String, Object>> rows = read("tensorboard", "tfevents");
    assertEquals(0.001, rows.get(0).get("learning_rate"));
    assertEquals(700L, rows.get(0).get("total_steps"));
    List<Map<String, Object>> steps =
        rows.stream().filter(row -> row.containsKey("train/loss")).toList();
    for (int i = 1; i <= STEPS; i++) {
      Map<String, Object> step = steps.get(i - 1);
      assertEquals((long) i, step.get("step"));
      assertEquals(4 - i / 256.0, step.get("train/loss"));
      assertEquals(i == 5 ? Double.NaN : 0.5, step.get("train/grad_norm"));
    }
    List<Map<String, Object>> evaluations =
        rows.stream().filter(row -> row.containsKey("eval/loss")).toList();
    assertEquals(7, evaluations.size());
    assertEquals(1 + STEPS + evaluations.size(), rows.size());
  }

  /** The fields of all records of the file whose name has that part, with the tag of the run. */
  private List<Map<String, Object>> read(String format, String part) throws IOException {
    byte[] bytes;
    try (Stream<Path> files = Files.walk(directory)) {
      Path file =
          files
              .filter(Files::isRegularFile)
              .filter(f -> f.getFileName().toString().contains(part))
              .findFirst()
              .orElseThrow();
      bytes = Files.readAllBytes(file);
      assertEquals(
          format, Objects.requireNonNull(Formats.of(new Head(file.toString(), bytes))).name());
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Formats.named(format)
        .reader(ReadingOptions.shipped())
        .read(bytes, 0, bytes.length, true, new Rows(rows, problems));
    assertEquals(List.of(), problems);
    return rows;
  }

  private record Rows(List<Map<String, Object>> rows, List<String> problems)
      implements LineReader.Lines {
    @Override
    public void line(Point point) {
      Map<String, Object> row = point.fields();
      for (int i = 0; i < point.tagCount(); i++) {
        row.put(point.tagKey(i), point.tagValue(i));
      }
      rows.add(row);
    }

    @Override
    public void bad(long number, String reason) {
      problems.add(number + ": " + reason);
    }
  }

  private void assumeModule(String module) throws Exception {
    boolean found = false;
    try {
      found = run("import " + module) == 0;
    } catch (IOException e) {
      assumeTrue(false, PYTHON + " cannot be started: " + e.getMessage());
    }
    assumeTrue(found, PYTHON + " has no " + module + "; FORESHOCK_PYTHON can name another Python");
  }

  private void python(String script) throws Exception {
    assertEquals(0, run(script), () -> output());
  }

  private int run(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(PYTHON, "-c", script);
    builder.directory(directory.toFile());
    builder.environment().put("WANDB_SILENT", "true");
    builder.redirectErrorStream(true).redirectOutput(directory.resolve("output.txt").toFile());
    Process process = builder.start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the script takes more than 120 s");
    }
    return process.exitValue();
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("output.txt"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "no output: " + e.getMessage();
    }
  }
}
