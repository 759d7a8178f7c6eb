// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class MonitorDestinationTest {
  private static final byte[] LINES =
      "train_step,run=a step=1i 1\n".getBytes(StandardCharsets.UTF_8);
  private static final MonitorDestination.Patience IMPATIENT =
      new MonitorDestination.Patience(
          Duration.ofMillis(400), 2, Duration.ofMillis(10), Duration.ofMillis(50));

  @TempDir private Path directory;

  private MonitorDestination destination(WrongMonitor monitor) {
    return new MonitorDestination(
        new Monitor(monitor.uri(), "a", null), new FileDestination(aside()), IMPATIENT);
  }

  private Path aside() {
    return directory.resolve("unsent.lp");
  }

  @ParameterizedTest
  @CsvSource({"ENDLESS,200", "ENDLESS,400", "ENDLESS,503", "HANGING,200", "HANGING,400"})
  void answerWithoutEnd_linesAreSetAsideInTime(WrongMonitor.Manner manner, int status)
      throws Exception {
    try (WrongMonitor monitor = new WrongMonitor(manner)) {
      monitor.status = status;
      MonitorDestination destination = destination(monitor);

      int deliveries = 0;
      do { // a busy machine may not even send a request in time
        assertEquals(Destination.Outcome.SET_ASIDE, destination.deliver(LINES, false));
        deliveries++;
        Thread.sleep(IMPATIENT.longestPause().toMillis());
      } while (monitor.givenUp.get() == 0);
      destination.close();

      long perRequest = monitor.bytesSent.get() / monitor.requests.get();
      assertTrue(perRequest < 32 << 20, perRequest + " bytes of an answer were received");
      assertEquals(deliveries, Files.readAllLines(aside()).size());
    }
  }

  @Test
  void monitorThatIsMendedTakesLinesAgain() throws Exception {
    try (WrongMonitor monitor = new WrongMonitor(WrongMonitor.Manner.ENDLESS)) {
      MonitorDestination destination = destination(monitor);
      destination.deliver(LINES, false);
      monitor.manner = WrongMonitor.Manner.WHOLE;
      while (destination.deliver(LINES, false) != Destination.Outcome.DELIVERED) {
        Thread.sleep(IMPATIENT.longestPause().toMillis());
      }
      destination.close();
    }
  }
}
