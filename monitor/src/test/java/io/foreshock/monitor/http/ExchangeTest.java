// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Foreshock;
import io.foreshock.monitor.preflight.ForecastCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

      assertEquals("no whole answer within 0.5 s", e.getMessage());
    }
  }

  @Test
  void answerOfExactlyTheBoundIsWhole() throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.WHOLE)) {
      server.body = "x".repeat(1000);

      assertTrue(PATIENT.send(to(server), 1000).whole());
      assertEquals(1000, PATIENT.sendForAll(to(server), 1000).text().length());
      IOException e = assertThrows(IOException.class, () -> PATIENT.sendForAll(to(server), 999));
      assertEquals("the answer has more than 999 bytes, the limit", e.getMessage());
    }
  }

  @Test
  void commandsWhoseMonitorAnswersWithoutEndFailWithTheBound() throws Exception {
    assertFailsWithTheBound(new CommandLine(new Foreshock()), "report run", 64 << 20);
    assertFailsWithTheBound(
        new CommandLine(ForecastCommand.spec()), "--learning-rate 0.1", 4 << 20);
  }

  private static void assertFailsWithTheBound(CommandLine line, String args, long bytes)
      throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.ENDLESS)) {
      StringWriter err = new StringWriter();
      line.setErr(new PrintWriter(err, true));

      assertEquals(1, line.execute((args + " --monitor " + server.uri()).split(" ")));
      assertTrue(err.toString().contains("more than " + bytes + " bytes"), err.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"404", "500", "403"})
  void reportOfWhatIsNoMonitorFailsWithWords(int status) throws Exception {
    try (WrongServer server = new WrongServer(WrongServer.Manner.WHOLE)) {
      server.status = status;
      server.body = "<html>It works!</html>";
      StringWriter err = new StringWriter();
      CommandLine line = new CommandLine(new Foreshock()).setErr(new PrintWriter(err, true));

      assertEquals(1, line.execute("report", "run", "--monitor", server.uri().toString()));
      assertTrue(err.toString().contains("an answer that is not a monitor's"), err.toString());
    }
  }
}
