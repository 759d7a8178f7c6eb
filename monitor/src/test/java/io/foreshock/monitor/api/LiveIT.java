// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.RawHttp;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LiveIT {
  @TempDir static Path data;
  @TempDir Path other;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
  }

  @Test
  void streamsStepsSegmentsAlarmsAndCommandsAsTheyHappen() throws Exception {
    monitor.write(Telemetry.steps("live", 1, 100));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(monitor.url() + "/api/v1/runs/live/live")).build();
    try (Stream<String> lines =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      Iterator<String> stream = lines.iterator();
      monitor.write(Telemetry.step("live", 101, 2.5, 1));
      JsonNode step = next(stream, "step");
      assertEquals(101, step.path("step").asInt());
      assertEquals(2.5, step.at("/fields/loss").asDouble());
      assertEquals("train_step", step.path("measurement").asText());

      monitor.write("train_step,run=live step=102i,loss=NaN,nonfinite=1i 1760000010200000000");
      assertEquals("nonfinite", next(stream, "alarm").path("kind").asText());

      monitor.post("/api/v1/runs/live/commands", "{\"command\":\"pause\"}");
      assertEquals("pause", next(stream, "command").path("command").asText());

      monitor.write(Telemetry.step("live", 51, 2, 1, 1_770_000_000_000_000_000L));
      JsonNode segment = next(stream, "segment");
      assertEquals(1, segment.path("segment").asInt());
      assertEquals(50, segment.path("from_step").asInt());
    }
  }

  @Test
  void letsGoOfAClientThatDoesNotRead() throws Exception {
    monitor.write(Telemetry.steps("flood", 1, 10));
    try (Socket deaf = new Socket("127.0.0.1", URI.create(monitor.url()).getPort())) {
      deaf.setReceiveBufferSize(4096);
      deaf.getOutputStream()
          .write(
              "GET /api/v1/runs/flood/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      TestMonitor.await(() -> monitor.live() > 0);
      int from = 11;
      for (int i = 0; i < 100 && monitor.live() > 0; i++, from += 1000) {
        assertEquals(204, monitor.write(Telemetry.steps("flood", from, from + 999)).statusCode());
      }
      assertEquals(0, monitor.live());
      assertEquals(204, monitor.write(Telemetry.steps("flood", from, from)).statusCode());
    }
  }

  @Test
  void trainersThatWaitForCommandsTakeNoPlaceFromPages() throws Exception {
    String yaml = "limits: {live_clients: 1, polls: 3}";
    try (TestMonitor small = TestMonitor.start(other, yaml)) {
      small.write(Telemetry.steps("r", 1, 10));
      List<Socket> trainers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        trainers.add(ask(small, "/api/v1/runs/r/commands?wait=60"));
      }
      TestMonitor.await(() -> small.metric("foreshock_command_polls") == 3);
      try (Socket page = ask(small, "/api/v1/runs/r/live")) {
        assertEquals("HTTP/1.1 200", status(page));
        assertEquals(429, small.get("/api/v1/runs/r/live").statusCode());
        HttpResponse<String> tooMany = small.get("/api/v1/runs/r/commands?wait=60");
        assertEquals(429, tooMany.statusCode());
        assertTrue(tooMany.headers().firstValue("Retry-After").isPresent());
        assertEquals(200, small.get("/api/v1/runs/r/commands?after=0").statusCode());
      }
      for (Socket trainer : trainers) {
        trainer.close();
      }
      TestMonitor.await(() -> small.metric("foreshock_command_polls") == 0);
      TestMonitor.await(() -> small.live() == 0);
      assertEquals(0, small.live());
    }
  }

  private static Socket ask(TestMonitor monitor, String path) throws Exception {
    Socket socket = RawHttp.connect(monitor.url());
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String status(Socket socket) throws Exception {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  private static JsonNode next(Iterator<String> stream, String event) {
    while (stream.hasNext()) {
      if (stream.next().equals("event: " + event)) {
        String dataLine = stream.next();
        assertTrue(dataLine.startsWith("data: "));
        return Json.tree(dataLine.substring("data: ".length()));
      }
    }
    throw new AssertionError("the stream ended before an event " + event);
  }
}
