// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreshock.monitor.TestMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A new user: from the empty page to an attached run, an own chart, a comparison, a shared link.
 */
class FirstVisitIT {
  private static final Path SHELL = Path.of("/bin/bash");
  private static final Path CURL = Path.of("/usr/bin/curl");

  @TempDir static Path directory;

  @Test
  void leadsFromNothingToASharedComparison() throws Exception {
    assumeTrue(Files.isExecutable(SHELL) && Files.isExecutable(CURL), "no bash or curl here");
    try (Browser browser = Browser.open(directory.resolve("profile"));
        TestMonitor monitor = TestMonitor.start(directory.resolve("data"), "")) {
      browser.screen(1400, 1600, false);
      browser.go(monitor.url() + "/");
      browser.shown(".attach");
      browser.button("Any program").click();
      run(browser.shown(".attach pre code").getText());
      browser.shown(".runs tbody tr"); // without a reload
      for (int step = 2; step <= 60; step++) {
        monitor.write(line("my-run", step, 10) + line("other", step, 8));
      }
      monitor.settle();

      browser.go(monitor.url() + "/#/runs/my-run");
      browser.shown(".chart canvas");
      browser.shown(".signals-box summary").click();
      browser.shown("[data-signal='train_step.reward_of_mine']").click();
      browser.await("location.hash.includes('reward_of_mine')");
      browser.await(
          "(document.querySelector('[data-chart=\"train_step.reward_of_mine\"]')"
              + "?.scrollIntoView(), charts.has('train_step.reward_of_mine'))");
      browser.screenshot("first-visit-own-chart");

      browser.go(monitor.url() + "/#/");
      browser.shown("input[aria-label='Select my-run']").click();
      browser.shown("input[aria-label='Select other']").click();
      browser.shown("a[href^='#/compare?runs=']").click();
      browser.await("charts.get('loss')?.getOption().series.length > 0");
      String shared = String.valueOf(browser.evaluate("location.href"));
      assertTrue(shared.contains("my-run") && shared.contains("other"), shared);

      browser.go(shared); // as somebody who was sent it
      browser.await("charts.get('loss')?.getOption().series.length > 0");
      String page = browser.shown("main").getText();
      assertTrue(page.contains("my-run") && page.contains("other"), page);
      browser.screenshot("first-visit-comparison");
      assertEquals(List.of(), browser.complaints());
    }
  }

  private static String line(String run, int step, int start) {
    return "train_step,run=%s step=%di,loss=%s,grad_norm=1,reward_of_mine=%d%n"
        .formatted(run, step, 2 + start / (double) step, step * step);
  }

  /** Runs what the page shows, as its reader would. */
  private static void run(String line) throws Exception {
    Process process =
        new ProcessBuilder(SHELL.toString(), "-c", line)
            .redirectError(ProcessBuilder.Redirect.DISCARD) // curl shows its progress there
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "no answer within 30 s");
    assertEquals(0, process.exitValue(), said);
    assertEquals("", said.strip());
  }
}
