// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code ./foreshock} command that runs in its own process and writes its output to a file.
 *
 * <p>It ends with this process at the latest, so that Ctrl-C leaves no trainer behind.
 */
final class Child implements AutoCloseable {
  private static final int STOP_SECONDS = 10;

  private final Process process;
  private final Path log;
  private final Thread hook;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroy, "end-child");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts {@code ./foreshock arguments…}; standard output and error go to {@code log}. */
  static Child start(Path home, Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("foreshock").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // the build exists because this process runs from it, and two builds at once would collide
    builder.environment().put("FORESHOCK_BUILD", "never");
    builder.redirectInput(new File("/dev/null")).redirectOutput(log.toFile());
    return new Child(builder.start(), log);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Exit code of a child that has ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** The last lines that it printed, for an error message. */
  String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
