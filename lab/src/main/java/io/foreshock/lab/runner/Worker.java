// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A {@code train-many} process. It receives one run at a time, as a line with a JSON array of
 * arguments, and answers each with a line.
 *
 * <p>It ends with this process at the latest: a shutdown hook ends it, or the end of its input if
 * this process is killed.
 *
 * <p><b>Threads.</b> Only one thread may use it.
 */
final class Worker implements AutoCloseable {
  private static final int STOP_SECONDS = 10;
  private static final int LAST_LINES = 5;

  private final Process process;
  private final Path log;
  private final BufferedWriter in;
  private final BufferedReader out;
  private final Thread hook;

  private Worker(Process process, Path log) {
    this.process = process;
    this.log = log;
    in = process.outputWriter();
    out = process.inputReader();
    hook = new Thread(process::destroy, "end-worker");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts the command. Its standard error is appended to {@code log}. */
  static Worker start(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // the build exists because this process runs from it, and two builds at once would collide
    builder.environment().put("FORESHOCK_BUILD", "never");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new Worker(builder.start(), log);
  }

  /**
   * Trains a run to its end.
   *
   * @param patience how long to wait until the process is taken to hang and is ended
   * @return the seconds that the process reports; NaN when it reports none
   * @throws RunFailedException when the run failed; the process can train the next run
   * @throws IOException when the process ended or broke the protocol; it must not be used again
   */
  double train(String run, List<String> arguments, Duration patience)
      throws IOException, RunFailedException {
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try {
      in.write(Json.text(arguments));
      in.newLine();
      in.flush();
      JsonNode answer = answer();
      String status = answer.path("status").asText();
      if (!answer.path("run").asText().equals(run) || !status.matches("done|failed")) {
        throw new IOException("the worker answered " + answer + " to the run " + run);
      }
      if (status.equals("failed")) {
        throw new RunFailedException(answer.path("message").asText("no message"));
      }
      return answer.path("seconds").asDouble(Double.NaN);
    } catch (IOException e) {
      boolean late = end.isDone();
      String lines = lastLines(e);
      throw new IOException(
          late ? "no answer within " + patience.toMinutes() + " minutes" : lines, e);
    } finally {
      end.cancel(false);
    }
  }

  /** The next line that is an answer. Other lines come from libraries and are logged. */
  private JsonNode answer() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Optional<JsonNode> answer = object(line);
      if (answer.isPresent()) {
        return answer.get();
      }
      System.err.println("foreshock: a worker printed: " + line);
    }
    throw new IOException("the worker ended");
  }

  /** The line as a JSON object; empty for output of a library or an incomplete line. */
  private static Optional<JsonNode> object(String line) {
    try {
      return Optional.of(line)
          .filter(text -> text.startsWith("{"))
          .map(Json::tree)
          .filter(JsonNode::isObject);
    } catch (IllegalArgumentException notJson) {
      return Optional.empty();
    }
  }

  private String lastLines(IOException e) throws IOException {
    stop(1); // it may be about to end with its own exit code
    List<String> lines = Files.readAllLines(log);
    return "%s (exit code %d); the end of %s:%n%s"
        .formatted(
            e.getMessage(),
            process.exitValue(),
            log,
            String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
  }

  /** Ends the process at once, even if it is training. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // this process is ending, so the hook ends the worker
    }
    stop(0);
  }

  /** Waits that many seconds, then ends the process by a signal, and at last by force. */
  private void stop(int seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** A run failed, but its worker can continue. */
  static final class RunFailedException extends Exception {
    private static final long serialVersionUID = 1;

    RunFailedException(String message) {
      super(message);
    }
  }
}
