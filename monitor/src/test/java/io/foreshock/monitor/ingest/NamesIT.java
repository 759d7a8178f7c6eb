// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestLog;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines whose names are not those of the contract. */
class NamesIT {
  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "names: {my/cost: loss}");
  }

  @Test
  void lossesOfOtherNamesMeasurementsAndTypesAreJudgedAndCharted() throws Exception {
    monitor.write(
        """
        train_step,run=named train/loss=2,step=1i 1
        train_step,run=named lm\\ loss="2.5",global_step="2" 2
        metrics,run=named my/cost=3,_step=3i,_runtime=9 3
        train_step,run=named step=4i,loss="NaN" 4
        """);
    assertEquals(3, monitor.count("named", "loss", 3));
    JsonNode run = monitor.json("/api/v1/runs/named");
    assertEquals(3, run.path("loss").asDouble());
    assertEquals(4, run.path("last_step").asLong());
    assertEquals("[\"nonfinite\"]", openKinds(run).toString());
    assertEquals(0, run.at("/understood/unread_lines").asLong());
    assertEquals("[\"_runtime\"]", run.at("/understood/unused_fields").toString());
  }

  @Test
  void aWriteOfWhichNothingIsUnderstoodIsAcceptedCountedAndLoggedOnce() throws Exception {
    double lines = monitor.metric("foreshock_ingest_unread_total");
    double writes = monitor.metric("foreshock_ingest_unread_writes_total");
    try (TestLog log = TestLog.capture()) {
      for (int step = 1; step <= 3; step++) {
        String line = "train_step,run=strange step=%di,cost=2 %d\n".formatted(step, step);
        assertEquals(204, monitor.write(line).statusCode());
      }
      List<String> said =
          log.troubles().stream().filter(line -> line.contains("run strange:")).toList();
      assertEquals(1, said.size(), said.toString());
      assertTrue(said.get(0).contains("1 of 1 line held no signal"), said.get(0));
    }
    assertEquals(lines + 3, monitor.metric("foreshock_ingest_unread_total"));
    assertEquals(writes + 3, monitor.metric("foreshock_ingest_unread_writes_total"));
    JsonNode understood = monitor.json("/api/v1/runs/strange").path("understood");
    assertEquals(3, understood.path("unread_lines").asLong());
    assertEquals("[\"cost\"]", understood.path("unread_fields").toString());
    String sentence = understood.path("sentences").path(0).asText();
    assertTrue(sentence.startsWith("3 of 3 lines held no signal that Foreshock"), sentence);
  }

  @Test
  void aLineAmongOthersThatWereUnderstoodIsCountedAndNotLogged() throws Exception {
    double writes = monitor.metric("foreshock_ingest_unread_writes_total");
    try (TestLog log = TestLog.capture()) {
      monitor.write("train_step,run=mixed step=1i,loss=2 1\ngpu,run=mixed temperature=70 1\n");
      assertTrue(log.troubles().stream().noneMatch(line -> line.contains("run mixed:")));
    }
    assertEquals(writes, monitor.metric("foreshock_ingest_unread_writes_total"));
    JsonNode understood = monitor.json("/api/v1/runs/mixed").path("understood");
    assertEquals(1, understood.path("unread_lines").asLong());
  }

  @Test
  void severalRanksUnderOneNameAreSaid() throws Exception {
    for (int step = 1; step <= 5; step++) {
      for (int rank = 0; rank < 4; rank++) {
        monitor.write(
            "train_step,run=ranks,rank=%d step=%di,loss=%d %d"
                .formatted(rank, step, 2 + rank, 10 * step + rank));
      }
    }
    JsonNode run = monitor.json("/api/v1/runs/ranks");
    assertEquals(15, run.at("/understood/repeated_lines").asLong());
    assertEquals(2, run.path("loss").asDouble());
    assertEquals(0, run.path("segment").asLong());
    assertEquals("[]", openKinds(run).toString());
  }

  private static List<String> openKinds(JsonNode run) {
    return run.path("open_incidents").findValuesAsText("kind").stream()
        .map(kind -> "\"" + kind + "\"")
        .toList();
  }
}
