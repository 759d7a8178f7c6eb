// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TrainManyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private String arguments(String run, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--run", run, "--layers", "1"));
    arguments.addAll(List.of("--heads", "2", "--width", "8", "--context", "8", "--batch", "2"));
    arguments.addAll(List.of("--telemetry", file(run).toString(), "--warmup-steps", "0"));
    arguments.addAll(List.of(more));
    return JSON.writeValueAsString(arguments);
  }

  private Path file(String run) {
    return directory.resolve(run + ".lp.gz");
  }

  private static List<JsonNode> answers(String... lines) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrainMany many = new TrainMany(new PrintStream(out, true, StandardCharsets.UTF_8));
    many.trainAll(new BufferedReader(new StringReader(String.join("\n", lines) + "\n")));
    List<JsonNode> answers = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    return answers;
  }

  private List<String> telemetry(String run) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file(run))), StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    }
  }

  private long steps(String run) throws IOException {
    return telemetry(run).stream().filter(line -> line.startsWith("train_step")).count();
  }

  @Test
  void trainsEachRunToItsEndAndAnswersOnALine() throws Exception {
    Files.writeString(file("one"), "left by a killed worker");
    List<JsonNode> answers =
        answers(
            arguments("one", "--total-steps", "5", "--optimizer", "lion"),
            "",
            arguments("other", "--total-steps", "7", "--norm", "rmsnorm", "--mlp", "swiglu"));

    assertEquals(List.of("run", "status", "seconds"), names(answers.get(0)));
    assertEquals("one", answers.get(0).path("run").asText());
    assertEquals("done", answers.get(0).path("status").asText());
    assertTrue(answers.get(0).path("seconds").isDouble());
    assertEquals("other", answers.get(1).path("run").asText());
    assertEquals(2, answers.size());
    assertEquals(5, steps("one"));
    assertEquals(7, steps("other"));
    assertEquals(1 + 7 * (1 + 3), telemetry("other").size());
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void failedRunSaysWhyAndTheNextOneIsTrained() throws Exception {
    List<JsonNode> answers =
        answers(
            arguments("none", "--mlp", "relu", "--total-steps", "0"),
            "[1, {",
            arguments("unknown", "--colour", "red"),
            arguments("threads", "--threads", "1", "--total-steps", "2"),
            arguments("more", "--threads", "2", "--total-steps", "2"),
            arguments(
                "away",
                "--telemetry",
                directory.resolve("no/such.lp").toString(),
                "--total-steps",
                "2"),
            arguments("good", "--total-steps", "2"));

    assertTrue(message(answers, "none").contains("'relu'"), message(answers, "none"));
    assertTrue(message(answers, "none").endsWith("; --total-steps = 0: expected at least 1"));
    assertTrue(message(answers, "").startsWith("expected a JSON array of texts"));
    assertTrue(message(answers, "unknown").contains("--colour"), message(answers, "unknown"));
    assertEquals("done", answer(answers, "threads").path("status").asText());
    assertEquals(
        "--threads = 2: expected 1, as in this process's first run", message(answers, "more"));
    assertTrue(message(answers, "away").contains("lines of telemetry were dropped"));
    assertEquals("done", answer(answers, "good").path("status").asText());
    assertEquals(7, answers.size());
  }

  private static JsonNode answer(List<JsonNode> answers, String run) {
    return answers.stream()
        .filter(answer -> answer.path("run").asText().equals(run))
        .findFirst()
        .orElseThrow();
  }

  private static String message(List<JsonNode> answers, String run) {
    assertEquals("failed", answer(answers, run).path("status").asText());
    return answer(answers, run).path("message").asText();
  }

  @Test
  void divergedRunEndsEarly() throws Exception {
    List<JsonNode> answers =
        answers(
            arguments(
                "lost",
                "--total-steps",
                "1000",
                "--gradient-clip",
                "0",
                "--disturb",
                "rate@3=1e30"));

    assertEquals("done", answers.get(0).path("status").asText());
    assertEquals(3 + 20, steps("lost"));
  }
}
