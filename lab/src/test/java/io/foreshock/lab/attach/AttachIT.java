// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.TestMonitor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command in a process of its own, and a real monitor. */
@Timeout(300)
class AttachIT {
  @TempDir private Path folder;
  private TestMonitor monitor;
  private Process attach;

  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(folder.resolve("data"), "");
  }

  @AfterEach
  void stop() {
    if (attach != null) {
      attach.destroyForcibly();
    }
    monitor.close();
  }

  @Test
  void aDivergenceIsAlarmedWhileTheProgramStillWrites() throws Exception {
    Path log = folder.resolve("train.lp");
    write(log, 1, 300, 2.5);
    attach = attach("--run", "live", log.toString());
    TestMonitor.await(() -> lastStep("live") == 300);
    write(log, 301, 310, 9);
    TestMonitor.await(
        () -> monitor.json("/api/v1/runs/live").path("open_alarms").path("critical").asInt() > 0);
    assertTrue(attach.isAlive());
  }

  @Test
  void killsWhileItSendsLoseAndDoubleNothing() throws Exception {
    int steps = 150_000;
    Path log = folder.resolve("long.lp");
    write(log, 1, steps, 2.5);
    Random random = new Random(11);
    for (int kill = 0; kill < 4; kill++) {
      attach = attach("--run", "live", log.toString());
      long before = lastStep("live");
      TestMonitor.await(() -> lastStep("live") > before || !attach.isAlive());
      attach.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
      attach.destroyForcibly().waitFor(); // SIGKILL
    }
    attach = attach("--run", "live", "--idle", "0.02", log.toString());
    assertEquals(0, attach.waitFor());
    assertEquals(steps, lastStep("live"));
    assertEquals(steps, monitor.count("live", "loss", steps));
    assertEquals(1, monitor.json("/api/v1/runs/live/segments").size(), "no step went back");
  }

  @Test
  void aMonitorThatStartsLaterGetsEverything() throws Exception {
    Path log = folder.resolve("train.lp");
    write(log, 1, 50, 2.5);
    String url = monitor.url();
    monitor.close();
    attach = attachTo(url, "--run", "live", log.toString());
    assertTrue(attach.isAlive());
    write(log, 51, 60, 2.5);
    monitor = TestMonitor.startOn(URI.create(url).getPort(), folder.resolve("data"));
    TestMonitor.await(() -> lastStep("live") == 60);
  }

  private long lastStep(String run) throws IOException, InterruptedException {
    if (monitor.get("/api/v1/runs/" + run).statusCode() != 200) {
      return 0;
    }
    JsonNode step = monitor.json("/api/v1/runs/" + run).path("last_step");
    return step.asLong();
  }

  private Process attach(String... arguments) throws IOException {
    return attachTo(monitor.url(), arguments);
  }

  private Process attachTo(String url, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Foreshock.class.getName(), "attach", "--monitor", url));
    command.addAll(List.of("--state", folder.resolve("state").toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("attach.out").toFile()))
        .start();
  }

  private static void write(Path log, int from, int to, double loss) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      double noise = 0.02 * Math.sin(step * 12.9898);
      lines.append("train_step,run=live step=" + step + "i,loss=" + (loss + noise) + "\n");
    }
    Files.writeString(log, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
