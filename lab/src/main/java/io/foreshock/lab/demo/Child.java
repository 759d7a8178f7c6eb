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
 * A {@code ./foreshock} command in a process of its own, its output in a file.
 *
 * <p>Ended with this process at the latest: nobody wants trainers left over after Ctrl-C.
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
    // this process runs from the build, so it is there; and two builds at once would collide
    builder.environment().put("FORESHOCK_BUILD", "never");
    builder.redirectInput(new File("/dev/null")).redirectOutput(log.toFile());
    return new Child(builder.start(), log);
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Exit code of an ended child. */
  int exitCode() {
    return process.exitValue();
  }

  /** The end of what it printed, for an error message. */
  String lastWords() throws IOException {
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
