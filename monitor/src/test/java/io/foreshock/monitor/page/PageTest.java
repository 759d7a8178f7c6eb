// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A browser and a monitor, both new for the tests of a class. */
abstract class PageTest {
  @TempDir static Path directory;
  static TestMonitor monitor;
  static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    monitor = null;
    browser = Browser.open(directory.resolve("profile"));
    monitor = TestMonitor.start(directory.resolve("data"), "");
  }

  @AfterAll
  static void stop() {
    if (monitor != null) {
      monitor.close();
    }
    if (browser != null) {
      browser.close();
    }
  }
}
