// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.wire.WrongServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Commands whose {@code --monitor} is no monitor. */
@Timeout(60)
class WrongMonitorTest {
  @Test
  void commandsWhoseMonitorAnswersWithoutEndFailWithTheBound() throws Exception {
    assertFailsWithTheBound(Foreshock.commandLine(), "report run", 64 << 20);
    assertFailsWithTheBound(Foreshock.commandLine(), "forecast --learning-rate 0.1", 4 << 20);
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
      CommandLine line = Foreshock.commandLine().setErr(new PrintWriter(err, true));

      assertEquals(1, line.execute("report", "run", "--monitor", server.uri().toString()));
      assertTrue(err.toString().contains("does not come from a monitor"), err.toString());
    }
  }
}
