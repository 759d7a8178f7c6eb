// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A monitor on a free loopback port, and a client for it. */
public final class TestMonitor implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 60_000;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Monitor monitor;

  private TestMonitor(Monitor monitor) {
    this.monitor = monitor;
  }

  /** Starts one with its data in {@code data} and this configuration. */
  public static TestMonitor start(Path data, String yaml) throws Exception {
    return start(data, yaml, Clock.systemUTC(), System::nanoTime);
  }

  /** Starts one that listens on a port that was in use by an earlier one. */
  public static TestMonitor startOn(int port, Path data) throws Exception {
    return start(data, "", port, Clock.systemUTC(), System::nanoTime);
  }

  /** Starts one that goes by these clocks. */
  public static TestMonitor start(Path data, String yaml, Clock clock, LongSupplier nanoTime)
      throws Exception {
    return start(data, yaml, 0, clock, nanoTime);
  }

  private static TestMonitor start(
      Path data, String yaml, int port, Clock clock, LongSupplier nanoTime) throws Exception {
    return new TestMonitor(
        Monitor.start(
                ConfigFile.parse("test", yaml).listeningOn("127.0.0.1", port).keepingDataIn(data),
                clock,
                nanoTime)
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS));
  }

  public String url() {
    return "http://127.0.0.1:" + monitor.port();
  }

  /** Routes there are, as {@code get /path}. */
  public List<String> routes() {
    return monitor.routes();
  }

  /** Clients that follow a run. */
  public int live() throws IOException, InterruptedException {
    return (int) metric("foreshock_live_clients");
  }

  /** A metric's value; {@code name} is with its tags, as Prometheus reads it. */
  public double metric(String name, String... headers) throws IOException, InterruptedException {
    for (String line : get("/metrics", headers).body().split("\n")) {
      if (line.startsWith(name + " ")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    throw new AssertionError("no metric " + name);
  }

  /** Path of a run in the API. */
  public static String runPath(String run) {
    return "/api/v1/runs/" + encoded(run);
  }

  /** Path of an incident of a run in the API. */
  public static String incidentPath(String run, String incident) {
    return runPath(run) + "/incidents/" + encoded(incident);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public HttpResponse<String> patch(String path, String body)
      throws IOException, InterruptedException {
    return send(request(path).method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
  }

  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).GET());
  }

  public HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  public HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  public HttpResponse<String> delete(String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers).DELETE());
  }

  public HttpResponse<String> write(String lines) throws IOException, InterruptedException {
    return post("/api/v2/write?precision=ns", lines);
  }

  /** The JSON a path answers. */
  public JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return Json.tree(response.body());
  }

  /** Values of a field over all its series, once as many as expected are stored, or those found. */
  public long count(String run, String field, long expected) throws Exception {
    String path = runPath(run) + "/series?buckets=1&fields=" + field;
    await(() -> total(path) >= expected);
    return total(path);
  }

  /** Waits until everything written before is readable. */
  public void settle() throws Exception {
    String marker = "marker-" + System.nanoTime();
    write("train_step,run=" + marker + " step=1i,loss=1");
    count(marker, "loss", 1);
  }

  /** Waits until something holds, or a test has waited long enough. */
  public static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!condition.call() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    monitor.close().toCompletionStage().toCompletableFuture().join();
  }

  private long total(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    if (response.statusCode() == 404) {
      return 0; // the run is not known yet
    }
    long total = 0;
    for (JsonNode series : Json.tree(response.body()).path("series")) {
      for (JsonNode count : series.path("count")) {
        total += count.asLong();
      }
    }
    return total;
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(30));
    return headers.length == 0 ? request : request.headers(headers);
  }
}
