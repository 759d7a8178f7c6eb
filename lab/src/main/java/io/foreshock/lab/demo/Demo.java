// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import io.foreshock.lab.client.MonitorClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains one small model three times with the same data and seed, under one monitor. The first run
 * has a healthy learning rate. The second has a learning rate that is too high, and Foreshock only
 * observes it. The third has the same high learning rate, and Foreshock acts.
 *
 * <p>Nothing is scripted. The monitor and the trainers are the usual commands in processes of their
 * own, and the alarms come from the usual predictors.
 */
final class Demo {
  private static final long POLL_MILLIS = 250;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MONITOR_START_SECONDS = 60;
  private static final int LARGEST_MINUTES = 15;

  /** Foreshock acts on one run only. */
  private static final String CONFIGURATION =
      """
      policy:
        mode: observe
        runs:
          - match: %s
            mode: act
      """
          .formatted(RunPlan.WATCHED);

  private final DemoOptions options;
  private final PrintStream out;
  private final URI address;
  private final MonitorClient monitor;
  private final Narrator narrator;

  Demo(DemoOptions options, PrintStream out) throws IOException {
    this.options = options;
    this.out = out;
    this.address = URI.create("http://127.0.0.1:" + freePort(options.port()) + "/");
    this.monitor = new MonitorClient(address, null, PATIENCE);
    this.narrator = new Narrator(monitor, out);
  }

  /** Starts the monitor, trains the three models and prints the outcome. */
  DemoOutcome run() throws IOException, InterruptedException {
    Files.createDirectories(options.data());
    try (Child service = startMonitor()) {
      narrator.announce("Foreshock is up. Dashboard: " + address);
      narrator.announce("Three training runs start with the same model, data and seed.");
      narrator.announce("Two of them use a learning rate that is too high.");
      train();
      DemoOutcome outcome =
          new DemoOutcome(
              RunResult.read(monitor, RunPlan.HEALTHY, RunPlan.HEALTHY),
              RunResult.read(monitor, RunPlan.UNWATCHED, RunPlan.HEALTHY),
              RunResult.read(monitor, RunPlan.WATCHED, RunPlan.HEALTHY),
              options.totalSteps());
      outcome.print(out);
      return outcome;
    }
  }

  private Child startMonitor() throws IOException, InterruptedException {
    Path configuration = options.data().resolve("demo.yaml");
    Files.writeString(configuration, CONFIGURATION);
    Child child =
        Child.start(
            options.home(),
            options.data().resolve("monitor.log"),
            List.of(
                "monitor",
                "--config",
                configuration.toString(),
                "--port",
                Integer.toString(address.getPort()),
                "--data",
                options.data().toString()));
    for (int i = 0; i < MONITOR_START_SECONDS * 1000 / POLL_MILLIS; i++) {
      if (monitor.healthy()) {
        return child;
      }
      if (!child.alive()) {
        break;
      }
      Thread.sleep(POLL_MILLIS);
    }
    child.close();
    throw new IOException("the monitor did not start:\n" + child.lastLines());
  }

  private void train() throws IOException, InterruptedException {
    List<Child> trainers = new ArrayList<>();
    try {
      for (RunPlan plan : RunPlan.three()) {
        Path log = options.data().resolve(plan.run() + ".log");
        trainers.add(
            Child.start(
                options.home(), log, plan.command(options, address.toString(), options.data())));
      }
      long deadline = System.nanoTime() + LARGEST_MINUTES * 60_000_000_000L;
      while (trainers.stream().anyMatch(Child::alive) && System.nanoTime() < deadline) {
        Thread.sleep(POLL_MILLIS);
        for (RunPlan plan : RunPlan.three()) {
          narrator.reportNews(plan.run());
        }
        requireNotPaused();
      }
      for (Child trainer : trainers) {
        requireSuccess(trainer);
      }
    } finally {
      trainers.forEach(Child::close);
    }
  }

  /** The policy's last resort is to pause a run until a person decides; in a demo nobody would. */
  private void requireNotPaused() throws IOException, InterruptedException {
    if (monitor.knows(RunPlan.WATCHED)
        && monitor.run(RunPlan.WATCHED).path("state").asText().equals("paused")) {
      throw new IOException("the watched run was paused because rollbacks did not help");
    }
  }

  private static void requireSuccess(Child trainer) throws IOException {
    if (trainer.alive()) {
      throw new IOException(
          "a training run did not end within %d minutes:\n%s"
              .formatted(LARGEST_MINUTES, trainer.lastLines()));
    }
    if (trainer.exitCode() != 0) {
      throw new IOException("a training run failed:\n" + trainer.lastLines());
    }
  }

  /** The wanted port if it is free, otherwise any: the user's own monitor may be running. */
  private static int freePort(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }
}
