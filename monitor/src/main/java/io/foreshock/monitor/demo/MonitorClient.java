// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Asks a monitor through its public REST API, as any user's script would. */
final class MonitorClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final URI base;

  MonitorClient(URI base) {
    this.base = base;
  }

  /** Whether the monitor is up. */
  boolean healthy() {
    try {
      return send("health").statusCode() == 200;
    } catch (IOException e) {
      return false; // not listening yet: that is the answer
    }
  }

  /** Whether the run has sent anything yet. */
  boolean knows(String run) throws IOException {
    return send(path(run, "")).statusCode() == 200;
  }

  JsonNode run(String run) throws IOException {
    return json(path(run, ""));
  }

  JsonNode alarms(String run) throws IOException {
    return json(path(run, "/alarms"));
  }

  JsonNode commands(String run) throws IOException {
    return json(path(run, "/commands"));
  }

  /** The loss of one segment as it was sent, by step. */
  NavigableMap<Long, Double> losses(String run, int segment) throws IOException {
    JsonNode series =
        json(path(run, "/series")
                + "?measurement=train_step&fields=loss&buckets=100000&segment="
                + segment)
            .path("series")
            .path(0);
    NavigableMap<Long, Double> losses = new TreeMap<>();
    for (int i = 0; i < series.path("step").size(); i++) {
      losses.put(series.path("step").get(i).asLong(), series.path("mean").get(i).asDouble());
    }
    return losses;
  }

  private JsonNode json(String path) throws IOException {
    HttpResponse<String> answer = send(path);
    if (answer.statusCode() != 200) {
      throw new IOException(
          "GET /" + path + " answered " + answer.statusCode() + ": " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> send(String path) throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).build();
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking the monitor", e);
    }
  }

  private static String path(String run, String rest) {
    return "api/v1/runs/"
        + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20")
        + rest;
  }
}
