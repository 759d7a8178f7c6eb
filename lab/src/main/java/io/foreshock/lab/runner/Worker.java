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
 * A {@code train-many} process: takes runs one at a time, a JSON array of arguments a line, and
 * answers each with a line.
 *
 * <p>Ended with this process at the latest: by a hook, and if that is killed, by the end of its
 * input.
 *
 * <p><b>Threads.</b> For one thread.
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

  /** Starts the command; what it prints on standard error is appended to {@code log}. */
  static Worker start(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // this process runs from the build, so it is there; and two builds at once would collide
    builder.environment().put("FORESHOCK_BUILD", "never");
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new Worker(builder.start(), log);
  }

  /**
   * Has a run trained to its end.
   *
   * @return the seconds that it took, as the process says; NaN when it does not
   * @param patience after which the process is ended, as one that hangs
   * @throws RunFailedException when it says that the run failed; it can take the next one
   * @throws IOException when it ended or does not keep to the protocol; it can take no more
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
      String words = lastWords(e);
      throw new IOException(
          late ? "no answer within " + patience.toMinutes() + " minutes" : words, e);
    } finally {
      end.cancel(false);
    }
  }

  /** The next line that is an answer; a library may print what it likes before. */
  private JsonNode answer() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Optional<JsonNode> answer = object(line);
      if (answer.isPresent()) {
        return answer.get();
      }
      System.err.println("foreshock: a worker said: " + line);
    }
    throw new IOException("the worker ended");
  }

  /** The line as a JSON object; empty for what a library prints, or half a line of a process. */
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

  private String lastWords(IOException e) throws IOException {
    leave(1); // it may be about to end, with an exit code of its own
    List<String> lines = Files.readAllLines(log);
    return "%s (exit code %d); the end of %s:%n%s"
        .formatted(
            e.getMessage(),
            process.exitValue(),
            log,
            String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
  }

  /** Ends the process, at once and whatever it does. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // this process is ending: the hook does it
    }
    leave(0);
  }

  /** Ends the process: after that many seconds by a signal, then by force. */
  private void leave(int seconds) {
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

  /** A run that failed in a worker that did not. */
  static final class RunFailedException extends Exception {
    private static final long serialVersionUID = 1;

    RunFailedException(String message) {
      super(message);
    }
  }
}
