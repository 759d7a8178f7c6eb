// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;

/** A monitor's HTTP side in a test: keeps lines and acknowledgements, hands out commands. */
public final class FakeMonitor implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Decides how a write is answered. */
  public interface Answer {
    /** Answers; lines count as taken when the status is 204 or 400. */
    int status(HttpExchange exchange) throws IOException, InterruptedException;
  }

  /** An acknowledgement as it arrived. */
  public record Acknowledged(long command, String status, long step, String detail) {}

  public final List<String> lines = new CopyOnWriteArrayList<>();
  public final List<String> tokens = new CopyOnWriteArrayList<>();
  public final List<Acknowledged> acknowledged = new CopyOnWriteArrayList<>();
  public final List<JsonNode> commands = new CopyOnWriteArrayList<>();
  public volatile Answer answer = exchange -> 204;

  /** Whether commands are given whatever was asked for and acknowledged. */
  public volatile boolean repeatCommands;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Starts on a free port. */
  public FakeMonitor() throws IOException {
    this(0);
  }

  /** Starts on a port. */
  public FakeMonitor(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/api/v2/write", this::write);
    server.createContext("/api/v1/runs/", this::control);
    server.setExecutor(threads);
    server.start();
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Gives a command from now on; its id is the number of commands so far. */
  public void command(String json) throws IOException {
    command(commands.size() + 1, json);
  }

  /** Gives a command of that id from now on. */
  public void command(long id, String json) throws IOException {
    JsonNode command = JSON.readTree(json);
    ((com.fasterxml.jackson.databind.node.ObjectNode) command).put("id", id);
    commands.add(command);
  }

  private void write(HttpExchange exchange) throws IOException {
    byte[] body;
    try (GZIPInputStream gzip = new GZIPInputStream(exchange.getRequestBody())) {
      body = gzip.readAllBytes();
    }
    tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    try {
      int status = answer.status(exchange);
      if (status == 204 || status == 400) {
        lines.addAll(new String(body, StandardCharsets.UTF_8).lines().toList());
      }
      exchange.sendResponseHeaders(status, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private void control(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("POST")) {
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        acknowledged.add(
            new Acknowledged(
                Long.parseLong(path[path.length - 2]),
                body.path("status").asText(),
                body.path("step").asLong(),
                body.path("detail").asText()));
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      String query = exchange.getRequestURI().getQuery();
      long after = Long.parseLong(query.replaceAll(".*after=(\\d+).*", "$1"));
      List<JsonNode> due =
          commands.stream().filter(c -> isDue(c.path("id").asLong(), after)).toList();
      if (due.isEmpty()) {
        Thread.sleep(20);
      }
      byte[] json = JSON.writeValueAsBytes(due);
      exchange.sendResponseHeaders(200, json.length);
      exchange.getResponseBody().write(json);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDue(long id, long after) {
    return repeatCommands || id > after && end(id) == null;
  }

  /** Waits until something holds, for at most a minute: test machines can be busy. */
  public static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within a minute");
      }
      Thread.sleep(5);
    }
  }

  /** How a command ended; null when it has not. */
  public Acknowledged end(long command) {
    return acknowledged.stream()
        .filter(a -> a.command() == command && !a.status().equals("accepted"))
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
