// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestMonitor;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** The list of runs in a real browser, served by a real monitor. */
class ListPageIT extends PageTest {
  private static final String ROWS = "[...document.querySelectorAll('table.runs tbody tr')]";
  private static final String NAMES = ROWS + ".map((r) => r.querySelector('th a').textContent)";
  private static final String FILTER = ".filter-line input";

  /** Link to the runs that all tests share. */
  private static final String OURS = "#/?q=-marker%20-old-%20-described%20-doomed";

  private static final String HOSTILE = "a,b <b>%/?\"&";

  @BeforeAll
  static void write() throws Exception {
    monitor.write(
        "run_config,run=rising total_steps=200i,learning_rate=0.1,optimizer=\"lion\" 1\n"
            + "run_config,run=calm total_steps=80i,learning_rate=0.0003,optimizer=\"adamw\","
            + "tags=\"prod, hero\",notes=\"The <b>baseline</b>.\" 1");
    monitor.write(Telemetry.growing("rising", 1, 110));
    monitor.write(Telemetry.calm("calm", 40));
    monitor.write(Telemetry.calm(HOSTILE, 3));
    monitor.settle();
  }

  @BeforeEach
  void asInANewBrowser() {
    browser.screen(1400, 1000, false);
    browser.go(monitor.url() + "/#/alarms/audit");
    browser.evaluate("localStorage.clear()");
  }

  private static void open(String link) {
    browser.go(monitor.url() + "/" + link);
    browser.await(ROWS + ".length > 0");
  }

  private static void awaitNames(String... names) {
    String wanted = String.join("','", names).replace("\\", "\\\\");
    browser.await(NAMES + ".join() === ['" + wanted + "'].join()");
  }

  private static WebElement box(String run) {
    return browser.shown("input[aria-label='Select " + run.replace("'", "\\'") + "']");
  }

  private static String typed(String text) {
    WebElement filter = browser.shown(FILTER);
    filter.clear();
    filter.sendKeys(text);
    return filter.getAttribute("value");
  }

  @Test
  void openIncidentsComeFirstAndTheLossIsACurve() throws Exception {
    open("#/");
    browser.await(NAMES + "[0] === 'rising'");
    assertTrue(
        (boolean) browser.evaluate(ROWS + "[0].querySelector('.alarm-counts .critical') !== null"));
    String curve = browser.shown("table.runs .sparkline").getAttribute("aria-label");
    assertTrue(curve.startsWith("loss from "), curve);
    assertEquals("110 of 200", browser.shown(".progress-cell").getText().replace('\u202f', ' '));
    assertTrue(browser.shown(".run-notes").getText().equals("The <b>baseline</b>."));
    browser.screenshot("runs");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void headingsSortAndTheLinkRestoresOrderAndColumns() {
    open(OURS);
    browser.shown(".column-chooser summary").click();
    browser.shown(".column-chooser input[data-column='learning_rate']").click();
    browser.shown(".column-chooser input[data-column='last.grad_norm']").click();
    browser.shown(".column-chooser input[data-column='probability']").click();
    browser.shown(".column-chooser summary").click();
    browser.shown("th[data-column='learning_rate'] button").click();
    browser.await(
        "document.querySelector(\"th[data-column='learning_rate']\").ariaSort === 'ascending'");
    awaitNames("calm", "rising", HOSTILE);
    browser.shown("th[data-column='learning_rate'] button").click();
    awaitNames("rising", "calm", HOSTILE);
    String head = browser.shown("table.runs thead").getText();
    assertFalse(head.contains("Forecast"), head);
    String link = browser.evaluate("location.href").toString();
    browser.evaluate("localStorage.clear()");
    browser.go(link);
    awaitNames("rising", "calm", HOSTILE);
    assertEquals(head, browser.shown("table.runs thead").getText());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void thisBrowserRemembersOrderAndColumnsAndALinkOverrulesThem() {
    open("#/");
    browser.shown("th[data-column='name'] button").click();
    browser.await("location.hash === '#/?sort=name'");
    open("#/");
    browser.await("location.hash === '#/?sort=name'");
    open("#/?q=rising");
    awaitNames("rising");
    assertEquals("#/?q=rising", browser.evaluate("location.hash"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void filterTakesTermsAndAMistakeStandsBesideItWithoutLosingTheList() throws Exception {
    open("#/");
    typed("lr>1e-2");
    awaitNames("rising");
    browser.shown(FILTER).sendKeys(" >");
    String problem = browser.shown(".filter-problem").getText();
    assertTrue(problem.contains("term '>'"), problem);
    awaitNames("rising");
    browser.screenshot("runs-filter");
    browser.complaints(); // a browser logs the 400
    typed("optimizer:adam");
    awaitNames("calm");
    assertFalse(
        browser
            .evaluate("document.querySelector('.filter-problem').checkVisibility()")
            .equals(true));
    typed("no such run");
    assertEquals("No run matches.", browser.shown(".runs-page > .quiet").getText());
    browser.button("Clear the filter").click();
    browser.await(ROWS + ".length >= 3");
  }

  @Test
  void aTagShowsTheRunsThatHaveItAndASecondClickAllOthersAgain() {
    open("#/");
    browser.shown("button.tag").click();
    awaitNames("calm");
    assertEquals("tag:prod", browser.shown(FILTER).getAttribute("value"));
    browser.shown("button.tag").click();
    browser.await(ROWS + ".length >= 3");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void selectedRunsLeadToTheirComparison() {
    open(OURS);
    box("rising").click();
    box("calm").click();
    browser.evaluate(
        ROWS + ".find((r) => r.textContent.includes('a,b')).querySelector('input').click()");
    String link = browser.shown(".selection-bar a").getAttribute("href");
    for (String name : List.of("rising", "calm", "a%2Cb%20%3Cb%3E%25%2F%3F%22%26")) {
      assertTrue(link.contains(name), link);
    }
    assertTrue(link.matches(".*#/compare\\?runs=[^,]+,[^,]+,[^,]+"), link);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void archivedRunsAreHiddenUntilTheyAreAskedFor() throws Exception {
    monitor.write(Telemetry.calm("old-one", 3) + Telemetry.calm("old-two", 3));
    open("#/?q=old-&sort=name");
    awaitNames("old-one", "old-two");
    box("old-one").click();
    browser.button("Archive").click();
    awaitNames("old-two");
    assertEquals("1 run archived.", browser.shown(".outcome").getText());
    assertTrue(monitor.json(TestMonitor.runPath("old-one")).path("archived").asBoolean());
    browser.shown(".archived-switch input").click();
    awaitNames("old-one", "old-two");
    assertEquals("#/?q=old-&sort=name&archived=any", browser.evaluate("location.hash"));
    assertTrue(browser.shown(".archived-mark").isDisplayed());
    browser.await(ROWS + "[0].querySelector('.archived-mark').checkVisibility()");
    box("old-one").click();
    browser.button("Unarchive").click();
    browser.await("!" + ROWS + "[0].querySelector('.archived-mark').checkVisibility()");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void tagsAndNotesAreWrittenAndStayText() throws Exception {
    monitor.write(Telemetry.calm("described", 3));
    open("#/?q=described");
    box("described").click();
    browser.button("Tags and notes…").click();
    browser.shown("dialog [name=tags]").sendKeys("a b, <i>x</i>");
    browser.shown("dialog [name=notes]").sendKeys("First line.\nSecond line.");
    browser.shown("dialog [name=by]").sendKeys("Ada");
    browser.shown("dialog [type=submit]").click();
    browser.await(
        "[...document.querySelectorAll('button.tag')].map((t) => t.textContent).join() === 'a b,<i>x</i>'");
    assertEquals("First line.", browser.shown(".run-notes").getText());
    assertEquals(
        "First line.\nSecond line.",
        monitor.json(TestMonitor.runPath("described")).path("notes").asText());
    browser.shown("button.tag").click();
    browser.await("location.hash === '#/?q=described%20tag%3A%22a%20b%22'");
    awaitNames("described");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void deletingNeedsTheNameAndRemovesTheRun() throws Exception {
    monitor.write(Telemetry.calm("doomed", 3));
    open("#/?q=doomed");
    box("doomed").click();
    browser.button("Delete…").click();
    browser.shown("dialog [name=confirm]").sendKeys("doome");
    browser.shown("dialog button.danger").click();
    assertTrue(browser.shown("dialog").isDisplayed(), "a wrong name deletes nothing");
    browser.screenshot("runs-delete");
    browser.shown("dialog [name=confirm]").sendKeys("d");
    browser.shown("dialog button.danger").click();
    browser.await("document.querySelector('.outcome').textContent === '1 run deleted.'");
    browser.await(ROWS + ".length === 0");
    assertEquals(404, monitor.get(TestMonitor.runPath("doomed")).statusCode());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void everyControlHasAName() {
    open("#/");
    browser.shown(".filter-ask").click();
    browser.shown(".column-chooser summary").click();
    browser.await("document.querySelectorAll('.column-list li').length > 7");
    box("calm").click();
    assertEquals("", browser.evaluate(Browser.NAMELESS));
    browser.await("document.querySelectorAll('.sparkline:not([aria-label])').length === 0");
  }

  @Test
  void fitsAPhoneAndTheDark() throws Exception {
    browser.screen(390, 844, true);
    open("#/");
    assertEquals(
        390L, browser.evaluate("document.documentElement.scrollWidth"), "nothing sticks out");
    browser.shown(".sort-choice select");
    browser.screenshot("runs-phone-dark");
    browser.screen(1400, 1000, true);
    browser.screenshot("runs-dark");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void whoDoesNotGiveATokenIsAskedOnce() throws Exception {
    try (TestMonitor closed =
        TestMonitor.start(directory.resolve("closed"), "tokens: [open-sesame-of-tests]")) {
      browser.go(closed.url() + "/");
      browser.shown("input[type=password]");
      browser.button("Cancel").click();
      String said = browser.shown(".trouble").getText().toLowerCase(Locale.ROOT);
      assertTrue(said.contains("token") && said.contains("“read”"), said);
      String asked =
          "performance.getEntriesByType('resource').filter((e) => e.name.includes('/counts')).length";
      long before = (long) browser.evaluate(asked);
      browser.evaluate(
          "document.dispatchEvent(new Event('visibilitychange'))"); // refreshes at once
      browser.await(asked + " > " + before);
      assertEquals(false, browser.evaluate("document.querySelector('dialog') !== null"));
      browser.button("Enter a token").click();
      browser.shown("input[type=password]").sendKeys("open-sesame-of-tests\n");
      assertTrue(browser.shown(".attach").isDisplayed());
      browser.go(monitor.url() + "/"); // so that no page asks a monitor that is gone
    }
    browser.complaints(); // a browser logs each 401
  }
}
