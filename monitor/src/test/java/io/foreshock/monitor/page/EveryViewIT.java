// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each view in light and dark, on a desk and on a phone: no complaint of axe or of the browser. */
class EveryViewIT {
  private enum Screen {
    LIGHT(1400, 1600, false),
    DARK(1400, 1600, true),
    PHONE(390, 844, false);

    final int width;
    final int height;
    final boolean dark;

    Screen(int width, int height, boolean dark) {
      this.width = width;
      this.height = height;
      this.dark = dark;
    }
  }

  @TempDir static Path directory;
  private static TestMonitor monitor;
  private static TestMonitor empty;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.open(directory.resolve("profile"));
    empty = TestMonitor.start(directory.resolve("empty"), "");
    monitor = TestMonitor.start(directory.resolve("data"), "");
    monitor.write(
        "run_config,run=rising total_steps=1000i,layers=4i,parameters=1000000i,"
            + "learning_rate=0.1,tags=\"prod\"\n"
            + "run_config,run=calm total_steps=80i,layers=4i,parameters=2000000i,"
            + "learning_rate=0.001,tags=\"prod,hero\",notes=\"The baseline.\"\n"
            + "event,run=rising kind=\"stage_boundary\",step=40i,text=\"longer sequences\"\n"
            + "evaluation,run=rising step=50i,loss=3.1");
    monitor.write(Telemetry.growing("rising", 1, 110));
    monitor.write(Telemetry.calm("calm", 80));
    monitor.settle();
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable part : new AutoCloseable[] {monitor, empty, browser}) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** The view, its link, and what is shown once it has all its data. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runs       | /#/                                                       | .runs tbody tr
          run        | /#/runs/rising                                            | .incidents li
          heat       | /#/runs/rising?heat=attention_logit_max&x=relative        | .chart figcaption
          embed      | /?embed#/runs/rising?only=loss                            | .chart canvas
          compare    | /#/compare?runs=rising,calm                               | .chart canvas
          no-compare | /#/compare                                                | main input
          sweeps     | /#/sweeps                                                 | main canvas
          alarms     | /#/alarms                                                 | main a[href^='#/runs/rising']
          audit      | /#/alarms/audit                                           | main p, main table
          """)
  void isReadableByEveryone(String view, String link, String shown) throws Exception {
    check(view, monitor.url() + link, shown);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"empty, /#/, .attach", "unknown-run, /#/runs/nobody, .error"})
  void soIsAMonitorWithoutRuns(String view, String link, String shown) throws Exception {
    check(view, empty.url() + link, shown);
  }

  private static void check(String view, String link, String shown) throws Exception {
    List<String> violations = new ArrayList<>();
    for (Screen screen : Screen.values()) {
      browser.screen(screen.width, screen.height, screen.dark);
      browser.go(link);
      browser.shown(shown);
      String name = view + "-" + screen.name().toLowerCase(Locale.ROOT);
      List<String> found = // in the dark only colours differ
          screen.dark ? browser.contrastViolations() : browser.accessibilityViolations();
      found.forEach(v -> violations.add(name + ": " + v));
      if (!isAsWideAsTheScreen()) {
        violations.add(name + ": wider than the screen");
      }
      browser.screenshot(name);
      browser.complaints().stream()
          .filter(complaint -> !complaint.contains("/runs/nobody")) // the 404 that is shown
          .forEach(complaint -> violations.add(name + ": " + complaint));
    }
    assertEquals("", String.join("\n", violations));
  }

  private static boolean isAsWideAsTheScreen() {
    return Boolean.TRUE.equals(
        browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth"));
  }
}
