// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.RawHttp;
import io.foreshock.monitor.TestLog;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is no well-formed HTTP: it is never an internal error, never a line at WARN or above, and
 * the next request is answered. Anyone who reaches the port can send it, without a token.
 */
@Timeout(240)
class MalformedRequestsIT {
  private static final String TOKEN = "0123456789abcdef";
  private static final String WRITE = "POST /api/v2/write HTTP/1.1\r\n";
  private static final String LIST = "GET /api/v1/runs HTTP/1.1\r\n";
  private static final long SEED = 12;
  private static final int FLIPS = 300;

  @TempDir Path data;

  @ParameterizedTest
  @ValueSource(strings = {"none", "known", "missing"})
  void itIsNoInternalErrorAndNoLineInTheLog(String token) throws Exception {
    String yaml = token.equals("none") ? "" : "tokens: [" + TOKEN + "]";
    String head =
        "Host: 127.0.0.1\r\n"
            + (token.equals("known") ? "Authorization: Token " + TOKEN + "\r\n" : "");
    try (TestMonitor monitor = TestMonitor.start(data, yaml);
        TestLog log = TestLog.capture()) {
      for (byte[] request : requests(head)) {
        String shown = new String(request, StandardCharsets.ISO_8859_1);
        shown = shown.substring(0, Math.min(200, shown.length()));
        String answer = RawHttp.exchange(monitor.url(), request);
        assertFalse(answer.matches("(?s)HTTP/\\S+ 50[0234].*"), shown + " → " + answer);
        // a token that was torn is a wrong one: that is logged, but once a minute at most
        List<String> troubles =
            log.troubles().stream().filter(line -> !line.contains("wrong token from")).toList();
        assertEquals(List.of(), troubles, shown);
      }
      assertEquals(200, monitor.get("/health").statusCode());
    }
  }

  @Test
  void itIsAnswered400AsJsonAndCounted() throws Exception {
    String host = "Host: 127.0.0.1\r\n";
    String chunked = host + "Transfer-Encoding: chunked\r\n\r\n";
    List<String> requests =
        List.of(
            LIST + "\r\n",
            LIST + "Host: 127.0.0.1@evil\r\n\r\n",
            LIST + host + host + "\r\n",
            "GET /api/v1/runs/%zz HTTP/1.1\r\n" + host + "\r\n",
            "GET /api/v1/runs?q=%zz HTTP/1.1\r\n" + host + "\r\n",
            "GET ?x HTTP/1.1\r\n" + host + "\r\n",
            "GET /\r\n",
            LIST + host + "No colon\r\n\r\n",
            WRITE + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            "POST /api/v2/write HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            WRITE + chunked + "zz\r\n",
            WRITE + chunked + "3" + "x".repeat(10_000),
            WRITE + chunked + "3\r\nabcdef\r\n0\r\n\r\n");
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      for (int i = 0; i < requests.size(); i++) {
        String answer = RawHttp.exchange(monitor.url(), requests.get(i));
        assertTrue(answer.matches("(?s)HTTP/1.[01] 400 .*"), requests.get(i) + " → " + answer);
        String body = answer.substring(answer.indexOf("\r\n\r\n"));
        assertEquals("invalid", Json.tree(body).path("code").asText(), answer);
        assertFalse(Json.tree(body).path("message").asText().isEmpty(), answer);
        assertEquals(i + 1, malformed(monitor), requests.get(i));
      }
      RawHttp.exchange(monitor.url(), WRITE + chunked + "3\r\nab"); // gone in mid-chunk
      TestMonitor.await(() -> malformed(monitor) > requests.size());
      assertEquals(requests.size() + 1, malformed(monitor));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xchunked", "gzip, chunked", "identity", "chunked, chunked"})
  void aTransferCodingThatIsNotUnderstoodIsNotTakenForNoBody(String coding) throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      String body = "1c\r\ntrain_step,run=x step=1i,loss=2\r\n0\r\n\r\n";
      String answer =
          RawHttp.exchange(
              monitor.url(),
              WRITE + "Host: 127.0.0.1\r\nTransfer-Encoding: " + coding + "\r\n\r\n" + body);
      assertTrue(answer.startsWith("HTTP/1.1 501 "), answer);
      assertEquals(1, answer.split("HTTP/1", -1).length - 1, "one answer, then closed: " + answer);
      assertTrue(answer.contains("not implemented"), answer);
    }
  }

  private static double malformed(TestMonitor monitor) throws Exception {
    return monitor.metric("foreshock_http_malformed_total");
  }

  private static List<byte[]> requests(String head) {
    List<byte[]> requests = new ArrayList<>();
    for (String text : MalformedRequests.texts(head)) {
      requests.add(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    byte[] whole =
        (WRITE + head + "Transfer-Encoding: chunked\r\n\r\n3\r\n#ab\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    for (int length = 0; length < whole.length; length++) {
      requests.add(Arrays.copyOf(whole, length));
    }
    Random random = new Random(SEED);
    for (int i = 0; i < FLIPS; i++) {
      byte[] flipped = whole.clone();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
      }
      requests.add(flipped);
    }
    return requests;
  }
}
