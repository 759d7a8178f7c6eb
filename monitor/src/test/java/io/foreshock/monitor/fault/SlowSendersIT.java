// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Senders that begin large bodies and do not end them, and connections without number. */
@Timeout(60)
class SlowSendersIT {
  private static final int BODY = 900_000;
  private static final String LIMITS =
      "limits: {in_flight_bytes: 2000000, body_bytes: 1000000, decompressed_bytes: 1000000,"
          + " receive_seconds: %d, connections: %d}";

  @TempDir Path data;

  @Test
  void manySlowBodiesSaturateItAndTheirEndFreesIt() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS.formatted(50, 100))) {
      List<Socket> senders = new ArrayList<>();
      String large = Telemetry.steps("large", 1, 5000);
      for (int i = 0; i < 2; i++) {
        senders.add(begin(monitor, BODY));
      }
      TestMonitor.await(() -> monitor.write(large).statusCode() == 429);
      HttpResponse<String> response = monitor.write(large);
      assertEquals(429, response.statusCode(), response.body());
      assertEquals("1", response.headers().firstValue("Retry-After").orElse(""));
      String metrics = monitor.get("/metrics").body();
      assertTrue(metrics.matches("(?s).*\nforeshock_ingest_saturated_total [1-9].*"), metrics);

      for (Socket sender : senders) {
        sender.close();
      }
      TestMonitor.await(() -> monitor.write(large).statusCode() == 204);
      assertEquals(5000, monitor.count("large", "loss", 5000));
      assertTrue(monitor.get("/metrics").body().contains("\nforeshock_intake_bytes 0.0\n"));
    }
  }

  @Test
  void bodiesThatNobodyReadsTakeNoRoomFromWrites() throws Exception {
    String tokens = "tokens: [a-secret-of-tests]\n" + LIMITS.formatted(50, 100);
    try (TestMonitor monitor = TestMonitor.start(data, tokens);
        Socket nowhere = begin(monitor, "/nowhere", BODY);
        Socket strange = begin(monitor, "/api/v2/write", BODY)) {
      assertEquals("HTTP/1.1 405", answer(nowhere), "at once, not 408 in the end");
      assertEquals("HTTP/1.1 401", answer(strange));
      String metrics = monitor.get("/metrics", "Authorization", "Token a-secret-of-tests").body();
      assertTrue(metrics.contains("\nforeshock_intake_bytes 0.0\n"), metrics);
    }
  }

  @Test
  void aBodyThatDoesNotComeIsGivenUp() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS.formatted(1, 100));
        Socket sender = begin(monitor, 1000)) {
      String answer = new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("not complete within 1 s"), answer);
      assertTrue(monitor.get("/metrics").body().contains("\nforeshock_intake_bytes 0.0\n"));
    }
  }

  @Test
  void aHeadThatDoesNotBecomeWholeIsGivenUpHoweverSteadilyItComes() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS.formatted(1, 100));
        Socket kept = connect(monitor);
        Socket dripping = connect(monitor)) {
      assertEquals("HTTP/1.1 204", ping(kept));
      int bytes = 0;
      dripping.setSoTimeout(100);
      while (bytes < 100 && !isClosed(dripping, 100)) { // up to 10 s
        dripping.getOutputStream().write(bytes++ == 0 ? 'G' : 'E');
      }
      assertTrue(bytes < 100, "still open after " + bytes + " bytes of a head");
      assertEquals("HTTP/1.1 204", ping(kept), "one that was answered may be kept for later");
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAndTheOthersServed() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, LIMITS.formatted(50, 5))) {
      assertEquals(204, monitor.write(Telemetry.steps("first", 1, 5)).statusCode());
      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        idle.add(connect(monitor));
      }
      int closed = 0;
      for (Socket socket : idle) {
        closed += isClosed(socket) ? 1 : 0;
      }
      assertTrue(closed >= 5, closed + " of 10 were closed");
      assertEquals(204, monitor.write(Telemetry.steps("first", 6, 9)).statusCode());
      for (Socket socket : idle) {
        socket.close();
      }
      try (Socket again = connect(monitor)) {
        TestMonitor.await(() -> !isClosed(again));
      }
    }
  }

  /** Sends all of a request but the last byte of its body. */
  private static Socket begin(TestMonitor monitor, int length) throws IOException {
    return begin(monitor, "/api/v2/write", length);
  }

  private static Socket begin(TestMonitor monitor, String path, int length) throws IOException {
    Socket socket = connect(monitor);
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n".formatted(path, length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write("#".repeat(length - 1).getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  private static String answer(Socket sender) throws IOException {
    sender.setSoTimeout(20_000);
    return new String(sender.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
  }

  private static Socket connect(TestMonitor monitor) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), URI.create(monitor.url()).getPort());
  }

  private static String ping(Socket socket) throws IOException {
    String request = "GET /ping HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    String start = answer(socket);
    byte[] rest = new byte[1000];
    assertTrue(socket.getInputStream().read(rest) > 0);
    return start;
  }

  private static boolean isClosed(Socket socket) throws IOException {
    return isClosed(socket, 500);
  }

  private static boolean isClosed(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true; // reset
    }
  }
}
