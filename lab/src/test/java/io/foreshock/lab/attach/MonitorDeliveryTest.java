// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.foreshock.lab.client.MonitorClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MonitorDeliveryTest {
  private static final byte[] LINES = "train_step,run=a step=1i\n".getBytes(StandardCharsets.UTF_8);

  private final Deque<Integer> answers = new ArrayDeque<>();
  private final List<String> received = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private HttpServer server;
  private MonitorDelivery delivery;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/api/v2/write",
        exchange -> {
          received.add(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          int status = answers.isEmpty() ? 204 : answers.remove();
          byte[] body = "{\"message\":\"so it is\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
          if (status != 204) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    MonitorClient client = new MonitorClient(address, "secret", Duration.ofSeconds(10));
    delivery = new MonitorDelivery(client, messages::add, pauses::add);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void whatIsTakenIsSentOnceAndSaysNothing() throws Exception {
    delivery.deliver(LINES);
    assertEquals(1, received.size());
    assertEquals(List.of(), messages);
  }

  @Test
  void aMonitorWithoutRoomIsAskedAgainMoreAndMoreRarely() throws Exception {
    answers.addAll(List.of(429, 503, 503, 503, 503, 503, 503, 503));
    delivery.deliver(LINES);
    assertEquals(9, received.size());
    assertEquals(Duration.ofMillis(500), pauses.get(0));
    assertEquals(Duration.ofSeconds(30), pauses.get(7));
    assertEquals(
        List.of("the monitor answered 429: so it is; the lines wait", "the monitor answers again"),
        messages);
  }

  @Test
  void linesThatAreRefusedAreToldAndNotSentAgain() throws Exception {
    answers.add(400);
    delivery.deliver(LINES);
    assertEquals(1, received.size());
    assertEquals(List.of("the monitor refuses lines: so it is"), messages);
  }

  @Test
  void aWrongTokenEndsTheDelivery() {
    answers.add(401);
    IOException e = assertThrows(IOException.class, () -> delivery.deliver(LINES));
    assertTrue(e.getMessage().contains("401: so it is (give a token with --token"), e.getMessage());
  }
}
