// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.alert.Target;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments under load: what was acknowledged is there, once, and so is
 * every alarm that was raised. A write that was not answered is sent again, as a client does.
 */
class KillIT {
  private static final int SENDERS = 3;
  private static final int LINES = 50;
  private static final int HEALTHY = 40;
  private static final int PAGE = 50_000;
  private static final int MAX_MOMENT_MILLIS = 1000;
  private static final long MAX_START_MILLIS = 10_000;
  private static final String CONFIG =
      """
      snapshots: {every_seconds: 1}
      notifiers: [{type: webhook, name: pager, url: "%s", per_second: 1000}]
      """;

  @TempDir Path directory;

  private final long seed = System.nanoTime();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Long> startMillis = new ArrayList<>();

  /** Batches acknowledged: of each sender, and last of the one whose every batch is a run. */
  private final AtomicInteger[] acknowledged =
      IntStream.rangeClosed(0, SENDERS)
          .mapToObj(i -> new AtomicInteger())
          .toArray(AtomicInteger[]::new);

  @Test
  @Timeout(300)
  void fiveKills_everythingAcknowledgedIsThereOnce() throws Exception {
    killAndCheck(5);
  }

  @Test
  @Tag("slow")
  @Timeout(1800)
  void aHundredKills_everythingAcknowledgedIsThereOnce() throws Exception {
    killAndCheck(100);
  }

  private void killAndCheck(int rounds) throws Exception {
    Random random = new Random(seed);
    try (Target pager = new Target()) {
      String config = CONFIG.formatted(pager.url());
      for (int round = 0; round < rounds; round++) {
        killOnce(config, random.nextInt(MAX_MOMENT_MILLIS));
      }
      try (TestMonitor monitor = TestMonitor.start(directory.resolve("data"), config)) {
        for (int sender = 0; sender < SENDERS; sender++) {
          assertComplete(monitor, sender);
        }
        assertAlarms(monitor, pager);
      }
    }
    assertStartTimes();
  }

  private void killOnce(String config, int momentMillis) throws Exception {
    int[] before = counts();
    MonitorProcess monitor = MonitorProcess.start(directory.resolve("data"), config, "-Xmx512m");
    startMillis.add(monitor.startMillis());
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS + 1);
    for (int sender = 0; sender <= SENDERS; sender++) {
      int number = sender;
      senders.execute(() -> sendUntilItDies(monitor.url(), number));
    }
    TestMonitor.await(
        () -> IntStream.range(0, SENDERS).allMatch(i -> acknowledged[i].get() > before[i]));
    Thread.sleep(momentMillis); // the moment is what the test is about
    monitor.kill();
    senders.shutdown();
    assertTrue(senders.awaitTermination(60, TimeUnit.SECONDS));
  }

  private void assertComplete(TestMonitor monitor, int sender) throws Exception {
    int expected = acknowledged[sender].get() * LINES;
    String run = "sender-" + sender;
    // the last write may have been taken without the sender hearing of it
    long found = monitor.count(run, "loss", expected);
    assertTrue(
        found == expected || found == expected + LINES,
        run + ": " + expected + " acknowledged, " + found + " found, seed " + seed);
    for (long from = 1; from <= found; from += PAGE) {
      String page = "?fields=loss&buckets=%d&from=%d&to=%d".formatted(PAGE, from, from + PAGE - 1);
      JsonNode steps = monitor.json("/api/v1/runs/" + run + "/series" + page).at("/series/0/step");
      long last = Math.min(found, from + PAGE - 1);
      assertEquals(last - from + 1, steps.size(), "each step once, seed " + seed);
      assertEquals(last, steps.get(steps.size() - 1).asLong(), "none is missing");
    }
    assertEquals(found, monitor.json("/api/v1/runs/" + run).path("last_step").asLong());
  }

  private void assertAlarms(TestMonitor monitor, Target pager) throws Exception {
    int wild = acknowledged[SENDERS].get();
    assertTrue(wild > 0, "some runs died");
    for (int batch = 0; batch < wild; batch++) {
      JsonNode alarms = monitor.json("/api/v1/runs/wild-" + batch + "/alarms");
      long critical =
          alarms.findValuesAsText("severity").stream().filter("critical"::equals).count();
      assertTrue(critical > 0, "wild-" + batch + " was acknowledged, seed " + seed + ": " + alarms);
    }
    for (Target.Request request : List.copyOf(pager.requests)) {
      JsonNode told = Json.tree(new String(request.body()));
      String run = told.path("run").asText();
      if (Integer.parseInt(run.substring(5)) < wild) { // else nobody sent it again
        Set<String> incidents =
            new HashSet<>(
                monitor.json("/api/v1/runs/" + run + "/alarms").findValuesAsText("incident"));
        assertTrue(
            incidents.contains(told.path("incident").asText()), "was told: " + told + " " + seed);
      }
    }
  }

  /**
   * Tells the times. They are those of a JVM without the class archive that {@code ./foreshock}
   * has, beside senders and a build, so the bound is wide; {@code benchmarks/startup.py} measures
   * what a user sees.
   */
  private void assertStartTimes() {
    Collections.sort(startMillis);
    int last = startMillis.size() - 1;
    String times =
        "%d starts: median %d ms, 90 %% %d ms, longest %d ms"
            .formatted(
                last + 1,
                startMillis.get(last / 2),
                startMillis.get(last * 9 / 10),
                startMillis.get(last));
    System.out.println("KillIT: " + times);
    assertTrue(startMillis.get(last / 2) < MAX_START_MILLIS, times);
  }

  private void sendUntilItDies(String url, int sender) {
    try {
      while (true) {
        int batch = acknowledged[sender].get();
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + "/api/v2/write"))
                .POST(HttpRequest.BodyPublishers.ofString(lines(sender, batch)))
                .build();
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        assertEquals(204, status);
        acknowledged[sender].incrementAndGet();
        Thread.sleep(sender == SENDERS ? 100 : 5); // runs that die are rarer than lines
      }
    } catch (IOException e) {
      assertTrue(e.getMessage() == null || !e.getMessage().isEmpty()); // it died: what we wait for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String lines(int sender, int batch) {
    if (sender < SENDERS) {
      return Telemetry.steps("sender-" + sender, batch * LINES + 1, (batch + 1) * LINES);
    }
    String run = "wild-" + batch;
    StringBuilder lines = new StringBuilder(Telemetry.steps(run, 1, HEALTHY));
    for (int step = HEALTHY + 1; step <= HEALTHY + 4; step++) {
      lines.append("train_step,run=%s step=%di,loss=NaN\n".formatted(run, step));
    }
    return lines.toString();
  }

  private int[] counts() {
    return IntStream.range(0, SENDERS).map(i -> acknowledged[i].get()).toArray();
  }
}
