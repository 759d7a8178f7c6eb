// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExchangeTest {
  private static final Exchange HASTY = new Exchange(Duration.ofMillis(500));

  private static final Exchange PATIENT = new Exchange(Duration.ofSeconds(30));

  private static HttpRequest to(WrongServer server) {
    return HttpRequest.newBuilder(server.uri()).build();
  }

  private static void awaitGivenUp(WrongServer server) throws InterruptedException {
    while (server.givenUp.get() == 0) {
      Thread.sleep(5);
    }
  }

  @Test
  void ofAnAnswerWithoutEndOnlyTheBeginningIsReceived() throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.ENDLESS)) {
      Exchange.Answer answer = PATIENT.send(to(server), 1000);
      awaitGivenUp(server);

      assertEquals(200, answer.status());
      assertEquals(" ".repeat(1000), answer.text());
      assertFalse(answer.whole());
      assertTrue(server.bytesSent.get() < 32 << 20, server.bytesSent + " bytes");
    }
  }

  @Test
  void answerThatHangsAfterItsHeadEndsWithItsConnection() throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.HANGING)) {
      IOException e;
      do { // a busy machine may not even send the request in time
        e = assertThrows(IOException.class, () -> HASTY.send(to(server), 1000));
        Thread.sleep(20);
      } while (server.givenUp.get() == 0);

      assertEquals("no complete answer within 0.5 s", e.getMessage());
    }
  }

  @Test
  void answerOfExactlyTheBoundIsWhole() throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.WHOLE)) {
      server.body = "x".repeat(1000);

      assertTrue(PATIENT.send(to(server), 1000).whole());
      assertEquals(1000, PATIENT.sendForAll(to(server), 1000).text().length());
      IOException e = assertThrows(IOException.class, () -> PATIENT.sendForAll(to(server), 999));
      assertEquals("the answer has more than 999 bytes, which is the limit", e.getMessage());
    }
  }
}
