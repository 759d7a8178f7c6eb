// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.pipeline.RunViews;
import io.foreshock.monitor.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunListingTest {
  private static final RunListing LIST =
      RunListing.EMPTY.with(
          List.of(
              RunViews.of("a", "run_config width=64i,size=\"big\" 1", step(5, 3.0, 50)),
              RunViews.of("B", "run_config width=8i,size=7 1", step(9, 1.0, 10)),
              RunViews.of("c", "run_config size=\"Apple\" 1", step(7, 2.0, 70), step(8, 2, 90)),
              RunViews.of("d", "event kind=\"end\",status=\"failed\" 1"),
              RunViews.of("e", step(1, 2, 4), "train_step step=5i,loss=NaN,grad_norm=1 5")));

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          time,         caBed
          -time,        eBacd
          name,         aBcde
          -name,        edcBa
          state,        dBace
          -state,       Baced
          step,         aecBd
          -step,        Bcaed
          loss,         Bcead
          -loss,        aceBd
          width,        Bacde
          -width,       aBcde
          size,         Bcade
          -size,        acBde
          last.loss,    Bcead
          alarms,       ecaBd
          -alarms,      Bacde
          nothing,      Bacde
          """)
  void runsAreInTheRequestedOrderAndThoseWithoutTheValueLast(String sort, String expected) {
    for (int limit : new int[] {1, 2, 3, 99}) {
      assertEquals(expected, String.join("", paged(sort, limit)), sort + " in pages of " + limit);
    }
  }

  @Test
  void requestedColumnsAndTheSparklineAreAddedToEachRun() {
    RunListing.Query query =
        new RunListing.Query(
            RunFilter.parse(null, "c"),
            RunOrder.NEWEST,
            null,
            9,
            List.of(new RunColumn("size"), new RunColumn("lr"), new RunColumn("last.loss")),
            true);
    JsonNode run = Json.tree(LIST.page(query).json().toString()).get(0);
    assertEquals("c", run.path("run").asText());
    assertEquals(
        "{\"size\":\"Apple\",\"lr\":null,\"last.loss\":2.0}", run.get("columns").toString());
    assertEquals("[2.0,2.0]", run.get("sparkline").toString());
  }

  @Test
  void columnsAreCountedAndSaidToBeNumeric() {
    JsonNode columns = LIST.columns();
    assertEquals("{\"name\":\"last.loss\",\"runs\":4,\"numeric\":true}", columns.get(0).toString());
    assertTrue(
        columns.toString().contains("{\"name\":\"size\",\"runs\":3,\"numeric\":false}"),
        columns.toString());
    assertTrue(columns.toString().contains("{\"name\":\"last.grad_norm\",\"runs\":1,"));
  }

  @Test
  void aPlaceOfAnotherOrderOrNoPlaceIsRefused() {
    String place = RunOrder.of("alarms").place(RunViews.of("x")).text();
    for (String text : List.of("%", "YWJj", place, "W10")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Cursor.of(text, 1)).getMessage();
      assertTrue(message.startsWith("after = '" + text + "': expected the value in"), message);
    }
  }

  private static List<String> paged(String sort, int limit) {
    RunOrder order = RunOrder.of(sort);
    List<String> names = new ArrayList<>();
    Cursor after = null;
    do {
      RunListing.Query query =
          new RunListing.Query(RunFilter.parse(null, ""), order, after, limit, List.of(), false);
      RunListing.Page page = LIST.page(query);
      Json.tree(page.json().toString()).forEach(run -> names.add(run.path("run").asText()));
      Cursor next = page.next();
      after = next == null ? null : Cursor.of(next.text(), order.parts().size());
    } while (after != null);
    return names;
  }

  private static String step(long step, double loss, long time) {
    return "train_step step=%si,loss=%s %s".formatted(step, loss, time);
  }
}
