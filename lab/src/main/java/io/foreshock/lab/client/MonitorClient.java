// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.monitor.wire.Exchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Asks a monitor through its public REST API, as any user's script would. */
public final class MonitorClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The loss of each step of a run, and what a long incident says. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int MOST_QUOTED = 200;

  private final Exchange exchange = new Exchange(TIMEOUT);
  private final URI base;

  public MonitorClient(URI base) {
    this.base = base;
  }

  /** Whether the monitor is up. */
  public boolean healthy() {
    try {
      return send("health").status() == 200;
    } catch (IOException e) {
      return false; // not listening yet: that is the answer
    }
  }

  /** Whether the run has sent anything yet. */
  public boolean knows(String run) throws IOException {
    return send(path(run, "")).status() == 200;
  }

  public JsonNode run(String run) throws IOException {
    return json(path(run, ""));
  }

  public JsonNode alarms(String run) throws IOException {
    return json(path(run, "/alarms"));
  }

  public JsonNode commands(String run) throws IOException {
    return json(path(run, "/commands"));
  }

  /** The loss of one segment as it was sent, by step. */
  public NavigableMap<Long, Double> losses(String run, int segment) throws IOException {
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
    Exchange.Answer answer = send(path);
    if (answer.status() != 200) {
      String text = answer.text().substring(0, Math.min(MOST_QUOTED, answer.text().length()));
      throw new IOException("GET /" + path + " answered " + answer.status() + ": " + text);
    }
    return JSON.readTree(answer.text());
  }

  private Exchange.Answer send(String path) throws IOException {
    try {
      HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).build();
      return exchange.sendForAll(request, MOST_BYTES);
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
