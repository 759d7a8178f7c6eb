// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of runs in pages, while runs go on. */
class RunPagesIT {
  private static final int RUNS = 25;
  private static final String FIRST = "/api/v1/runs?limit=10&q=Page%20A";
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path data;
  private TestMonitor monitor;

  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    StringBuilder lines = new StringBuilder("train_step,run=other step=1i,loss=2 999\n");
    for (int i = 0; i < RUNS; i++) {
      lines.append(line(i, 1, i / 2)); // two at a time have the same time
    }
    assertEquals(204, monitor.write(lines.toString()).statusCode());
  }

  @AfterEach
  void close() {
    monitor.close();
  }

  @Test
  void pagesHoldEveryRunOnceInTheOrderOfTheWholeList() throws Exception {
    List<String> whole = names(monitor.get("/api/v1/runs?q=Page%20A"));
    assertEquals(RUNS, whole.size());
    List<String> paged = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (String path = FIRST; path != null; ) {
      HttpResponse<String> page = monitor.get(path);
      paged.addAll(names(page));
      sizes.add(names(page).size());
      path = next(page);
    }
    assertEquals(whole, paged);
    assertEquals(List.of(10, 10, 5), sizes);
    assertEquals(null, next(monitor.get("/api/v1/runs?limit=26")), "exactly as many as there are");
    assertEquals(25, names(monitor.get("/api/v1/runs?limit=25")).size());
  }

  @Test
  void aRunThatReportsInBetweenIsGivenOnceAndNoOtherIsLeftOut() throws Exception {
    HttpResponse<String> first = monitor.get(FIRST);
    List<String> paged = new ArrayList<>(names(first));
    String seen = paged.get(9); // the one that the cursor names
    String unseen = name(0);
    monitor.write(line(index(seen), 2, 1000) + line(index(unseen), 2, 1001));
    for (String path = next(first); path != null; ) {
      HttpResponse<String> page = monitor.get(path);
      paged.addAll(names(page));
      path = next(page);
    }
    assertEquals(paged.size(), new HashSet<>(paged).size(), "none twice: " + paged);
    assertEquals(RUNS - 1, paged.size(), "all that did not move");
    assertEquals(List.of(unseen, seen), names(monitor.get(FIRST)).subList(0, 2), "in front now");
  }

  @Test
  void oneReadsWhatOneWroteHoweverManyAsk() throws Exception {
    for (int step = 2; step <= 50; step++) {
      monitor.write(Telemetry.step("other", step, 2, 1));
      String newest = monitor.get("/api/v1/runs?q=other").body();
      assertTrue(newest.contains("\"last_step\":" + step + ","), newest);
    }
  }

  private static String name(int i) {
    return "page a/&" + i;
  }

  private static int index(String name) {
    return Integer.parseInt(name.substring(name.indexOf('&') + 1));
  }

  private static String line(int i, int step, int seconds) {
    return "train_step,run=page\\ a/&%d step=%di,loss=2 %d%n"
        .formatted(i, step, 1_700_000_000_000_000_000L + seconds * SECOND);
  }

  private static List<String> names(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.tree(answer.body()).findValuesAsText("run");
  }

  private static String next(HttpResponse<String> page) {
    return page.headers()
        .firstValue("Link")
        .map(link -> link.replaceAll("<(.*)>; rel=\"next\"", "$1"))
        .orElse(null);
  }
}
