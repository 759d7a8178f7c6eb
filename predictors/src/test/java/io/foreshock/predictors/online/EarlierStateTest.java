// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** States that an earlier version of {@link RunWatch} saved. */
class EarlierStateTest {
  private final Lines lines = Lines.of("r");

  @Test
  void incidentsWithoutTheirOpeningStepsHaveThemFromTheirNames() throws IOException {
    lines.restore(state("version-3"));
    assertEquals(
        List.of("loss_spike 101 114", "loss_divergence 112 112", "forecast_divergence 105 116"),
        lines.watch.openIncidents().stream().map(EarlierStateTest::text).toList());
    assertEquals(120, lines.watch.lastStep());
  }

  @Test
  void theyKeepThemWhenTheyAreSavedAnew() throws IOException {
    lines.restore(state("version-3"));
    List<Alarm> open = lines.watch.openIncidents();
    Lines again = Lines.of("r");
    again.restore(lines.save());
    assertEquals(open, again.watch.openIncidents());
    for (int step = 121; step <= 130; step++) {
      again.step(step, step * 1000, 1e4);
    }
    assertEquals("loss_divergence 112 122", text(again.alarms.get(0)));
  }

  private static String text(Alarm alarm) {
    return alarm.verdict().kind().wireName() + " " + alarm.openedStep() + " " + alarm.step();
  }

  private static byte[] state(String name) throws IOException {
    try (InputStream in =
        EarlierStateTest.class.getResourceAsStream("/states/" + name + ".bin.gz")) {
      return new GZIPInputStream(in).readAllBytes();
    }
  }
}
