// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A monitor in a process of its own, which can be killed. */
public final class MonitorProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path log;
  private final String url;
  private final long startMillis;

  private MonitorProcess(Process process, Path log, long startedNanos) throws Exception {
    this.process = process;
    this.log = log;
    this.url = awaitUrl();
    this.startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
  }

  /**
   * Starts one and waits until it is up.
   *
   * @param data its data directory; its log lies beside that
   * @param yaml its configuration
   */
  public static MonitorProcess start(Path data, String yaml, String... jvmOptions)
      throws Exception {
    Path config = data.resolveSibling("monitor.yaml");
    Path log = data.resolveSibling("monitor.log");
    Files.writeString(config, yaml);
    Files.deleteIfExists(log);
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(jvmOptions));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            MonitorCommand.class.getName(),
            "--config",
            config.toString(),
            "--port",
            "0",
            "--data",
            data.toString()));
    long startedNanos = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new MonitorProcess(process, log, startedNanos);
  }

  public String url() {
    return url;
  }

  /** From the start of the process until it said that it is up. */
  public long startMillis() {
    return startMillis;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      kill();
    }
  }

  private String awaitUrl() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!log().contains("is up:") && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    if (!log().contains("is up:")) {
      kill();
      throw new AssertionError("did not come up: " + log());
    }
    return log().replaceAll("(?s).*is up: (http://[^/]+)/.*", "$1");
  }
}
