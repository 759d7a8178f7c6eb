// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.WrongServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class MonitorClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Answers by path; what is not there is a 404. */
  private final Map<String, String> answers = new HashMap<>();

  private int status = 200;
  private String authorization;
  private HttpServer server;
  private MonitorClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorization = exchange.getRequestHeaders().getFirst("Authorization");
          String answer = answers.get(exchange.getRequestURI().getRawPath());
          String text = answer == null ? "{\"message\":\"not here\"}" : answer;
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client = new MonitorClient(address(), "secret", PATIENCE);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksWithTheTokenAndTheNameEncoded() throws Exception {
    answers.put("/api/v1/runs/a%20b%2Fc", "{\"run\":\"a b/c\"}");
    assertEquals("a b/c", client.run("a b/c").path("run").asText());
    assertEquals("Token secret", authorization);
    assertTrue(client.knows("a b/c"));
    assertFalse(client.knows("other"));
  }

  @Test
  void anUnknownRunIsAnsweredWithNamesNearIt() {
    answers.put("/api/v1/runs", "[{\"run\":\"pretrain-7b\"},{\"run\":\"other\"}]");
    assertEquals(
        "there is no run 'pretrain-7c'; similar names: pretrain-7b",
        message(() -> client.report("pretrain-7c", RunReport.Format.MD)));
    answers.put("/api/v1/runs", "[]");
    assertTrue(message(() -> client.report("a", RunReport.Format.MD)).endsWith(" has no runs yet"));
  }

  @Test
  void aRefusalNamesTheToken() {
    answers.put("/api/v1/runs/a", "{\"message\":\"wrong token\"}");
    status = 401;
    assertEquals(
        "the monitor at "
            + address()
            + " refuses the request: wrong token (give a token with --token or $FORESHOCK_TOKEN)",
        message(() -> client.run("a")));
  }

  @Test
  void aPageOfSomethingElseIsQuoted() {
    answers.put("/api/v1/runs/a", "<html>\n It works!" + " ".repeat(9) + "x".repeat(999));
    String message = message(() -> client.run("a"));
    assertTrue(
        message.contains("answered 200: the answer does not come from a monitor: <html> It"));
    assertTrue(message.length() < 400, message);
  }

  @Test
  void aFieldThatTheMonitorRefusesIsTheCallersMistake() {
    answers.put("/api/v1/preflight", "{\"message\":\"learning_rate is missing\"}");
    status = 400;
    assertEquals(
        "learning_rate is missing",
        assertThrows(IllegalArgumentException.class, () -> client.preflight(Json.object()))
            .getMessage());
  }

  @Test
  void withoutAMonitorTheMessageSaysWhatToDo() throws Exception {
    MonitorClient nobody =
        new MonitorClient(
            URI.create("http://127.0.0.1:1"), "", PATIENCE, " or use files (FILE.lp)");
    assertFalse(nobody.healthy());
    String message = message(() -> nobody.run("a"));
    assertTrue(message.startsWith("no monitor answers at http://127.0.0.1:1 ("), message);
    assertTrue(
        message.endsWith(
            "start one (./foreshock monitor), give its address (--monitor URL) or use files (FILE.lp)"),
        message);
    assertEquals(
        "--monitor = localhost:8087: expected an address such as http://127.0.0.1:8087",
        message(() -> new MonitorClient(URI.create("localhost:8087"), "", PATIENCE).run("a")));
  }

  @Test
  void answerWithoutEndIsAnError() throws Exception {
    try (WrongServer endless = new WrongServer(WrongServer.Manner.ENDLESS)) {
      MonitorClient asking = new MonitorClient(endless.uri(), null, PATIENCE);
      String message = message(() -> asking.alarms("run"));
      assertTrue(message.contains("67108864 bytes"), message);
    }
  }

  @Test
  void nearNamesContainTheWordOrBeginAsItDoes() {
    List<String> names = List.of("run-7b", "pretrain-SEVEN-b", "other");
    assertEquals("; similar names: pretrain-SEVEN-b", NearNames.hint("seven", names));
    assertEquals("; similar names: run-7b", NearNames.hint("run-7c", names));
    assertEquals("; runs are: " + String.join(", ", names), NearNames.hint("zzz", names));
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static String message(Executable asked) {
    return assertThrows(IOException.class, asked).getMessage();
  }
}
