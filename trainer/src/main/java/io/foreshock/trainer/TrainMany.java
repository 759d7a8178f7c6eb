// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Trains several runs one after the other in one process, which saves starting the JVM and the
 * tensor library for each.
 *
 * <p><b>In.</b> One line of standard input per run: the arguments of {@code train} as a JSON array.
 * <b>Out.</b> One line of standard output per run: {@code {"run":"NAME","status":"done",
 * "seconds":12.3}} or {@code {"run":"NAME","status":"failed","message":"…"}}. The process ends with
 * its input.
 *
 * <p><b>Unlike {@code train}.</b> Existing telemetry files are replaced. A run ends early once its
 * loss was not finite for {@value #PATIENCE} steps, unless {@code --end-after-nonfinite} says
 * otherwise. A run whose telemetry was dropped has failed. A run that fails does not end the
 * process. {@code --threads} must be the same in all runs.
 */
public final class TrainMany {
  private static final Logger LOG = LoggerFactory.getLogger(TrainMany.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE = 20;

  private final PrintStream out;
  private int threads;

  /** The arguments of one run. */
  @Command
  private static final class Arguments {
    @Mixin private final TrainOptions options = new TrainOptions();
  }

  /** Writes answers to {@code out}. */
  TrainMany(PrintStream out) {
    this.out = out;
  }

  /** Runs to the end of standard input. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT); // writes numbers the same way everywhere
    new TrainMany(System.out)
        .trainAll(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    System.exit(0); // ends threads that the libraries left
  }

  void trainAll(BufferedReader lines) throws IOException, InterruptedException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        out.println(JSON.writeValueAsString(answer(line)));
        out.flush();
      }
    }
  }

  private ObjectNode answer(String line) throws InterruptedException {
    ObjectNode answer = JSON.createObjectNode().put("run", "");
    long startNanos = System.nanoTime();
    try {
      Arguments arguments = new Arguments();
      arguments.options.endAfterNonfinite = PATIENCE;
      CommandLine parser = Train.commandLine(arguments);
      parser.parseArgs(arguments(line));
      answer.put("run", arguments.options.run);
      List<String> problems = Train.problems(parser, arguments.options);
      if (!problems.isEmpty()) {
        return failed(answer, String.join("; ", problems));
      }
      train(arguments.options);
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      return answer.put("status", "done").put("seconds", Math.round(seconds * 10) / 10.0);
    } catch (IllegalArgumentException e) {
      return failed(answer, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      LOG.error("run {} failed", answer.get("run"), e);
      return failed(answer, e.toString());
    }
  }

  private static String[] arguments(String line) {
    try {
      return JSON.readValue(line, String[].class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "expected a JSON array of texts: " + e.getOriginalMessage(), e);
    }
  }

  private static ObjectNode failed(ObjectNode answer, String message) {
    return answer.put("status", "failed").put("message", message);
  }

  private void train(TrainOptions options) throws IOException, InterruptedException {
    if (threads == 0) {
      threads = options.threads;
      TensorLibrary.configure(threads);
      TensorLibrary.flushDenormals();
    }
    if (options.threads != threads) {
      throw new IllegalArgumentException(
          "--threads = %d: expected %d, as in this process's first run"
              .formatted(options.threads, threads));
    }
    for (String target : options.telemetry) {
      if (!TrainOptions.isUrl(target)) {
        Files.deleteIfExists(Path.of(target));
      }
    }
    Training.Summary summary = new Training(options, false).run(control -> {});
    LOG.info("{}", summary);
    if (summary.lines().dropped() > 0) {
      throw new IOException(summary.lines().dropped() + " lines of telemetry were dropped");
    }
  }
}
