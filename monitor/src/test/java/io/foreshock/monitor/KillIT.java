// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the middle of writes: what was acknowledged is there, once. */
@Timeout(300)
class KillIT {
  private static final int ROUNDS = 3;
  private static final int SENDERS = 3;
  private static final int LINES = 50;

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger[] acknowledged =
      IntStream.range(0, SENDERS).mapToObj(i -> new AtomicInteger()).toArray(AtomicInteger[]::new);

  @Test
  void findsEveryAcknowledgedLineOnce() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int[] before = counts();
      Process monitor = start();
      String url = url(monitor);
      ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
      for (int sender = 0; sender < SENDERS; sender++) {
        int number = sender;
        senders.execute(() -> sendUntilItDies(url, number));
      }
      TestMonitor.await(
          () -> IntStream.range(0, SENDERS).allMatch(i -> acknowledged[i].get() > before[i] + 5));
      Thread.sleep(random.nextInt(400));
      monitor.destroyForcibly().waitFor();
      senders.shutdown();
      assertTrue(senders.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS));
    }
    try (TestMonitor monitor = TestMonitor.start(directory.resolve("data"), "")) {
      for (int sender = 0; sender < SENDERS; sender++) {
        assertComplete(monitor, sender, seed);
      }
    }
  }

  private void assertComplete(TestMonitor monitor, int sender, long seed) throws Exception {
    int expected = acknowledged[sender].get() * LINES;
    String run = "sender-" + sender;
    // the last write may have been taken without the sender hearing of it
    long found = monitor.count(run, "loss", expected);
    assertTrue(
        found == expected || found == expected + LINES,
        run + ": " + expected + " acknowledged, " + found + " found, seed " + seed);
    JsonNode series =
        monitor.json("/api/v1/runs/" + run + "/series?fields=loss&buckets=100000").at("/series/0");
    assertEquals(found, series.path("step").size(), "each step once, seed " + seed);
    assertEquals(found, series.path("step").get((int) found - 1).asLong(), "none is missing");
    assertEquals(found, monitor.json("/api/v1/runs/" + run).path("last_step").asLong());
  }

  private void sendUntilItDies(String url, int sender) {
    try {
      while (true) {
        int batch = acknowledged[sender].get();
        String lines = Telemetry.steps("sender-" + sender, batch * LINES + 1, (batch + 1) * LINES);
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + "/api/v2/write"))
                .POST(HttpRequest.BodyPublishers.ofString(lines))
                .build();
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        assertEquals(204, status);
        acknowledged[sender].incrementAndGet();
      }
    } catch (IOException e) {
      assertTrue(e.getMessage() == null || !e.getMessage().isEmpty()); // it died: what we wait for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int[] counts() {
    return IntStream.range(0, SENDERS).map(i -> acknowledged[i].get()).toArray();
  }

  private Process start() throws IOException {
    Path log = directory.resolve("monitor.log");
    Files.deleteIfExists(log);
    return new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.foreshock.monitor.Foreshock",
                "monitor",
                "--port",
                "0",
                "--data",
                directory.resolve("data").toString()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private String url(Process monitor) throws Exception {
    Path log = directory.resolve("monitor.log");
    TestMonitor.await(() -> Files.readString(log).contains("is up:") || !monitor.isAlive());
    String text = Files.readString(log);
    assertTrue(text.contains("is up:"), text);
    return text.replaceAll("(?s).*is up: (http://[^/]+)/.*", "$1");
  }
}
