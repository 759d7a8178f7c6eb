// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The alarms of all runs and the audit log in a real browser, served by a real monitor. */
class AlarmsPageIT extends PageTest {
  private static final String OPEN = "section[aria-labelledby='open-title'] .alarm";
  private static final String CLOSED = ".days .alarm";
  private static final String RISING = "rising/a?b%";

  @BeforeAll
  static void write() throws Exception {
    monitor.write(Telemetry.growing(RISING, 1, 110));
    monitor.write(Telemetry.settling("settled", 110, 260));
    monitor.settle();
    TestMonitor.await(() -> !monitor.json("/api/v1/alarms?state=closed").isEmpty());
  }

  @BeforeEach
  void onADesk() {
    browser.screen(1400, 1000, false);
  }

  private static long number(String css) {
    return (long) browser.evaluate("document.querySelectorAll(\"" + css + "\").length");
  }

  private static void awaitNumber(String css, long wanted) {
    browser.await("document.querySelectorAll(\"" + css + "\").length === " + wanted);
  }

  @Test
  void openIncidentsOfAllRunsStandFirstAndLeadToTheirSteps() throws Exception {
    browser.go(monitor.url() + "/#/alarms");
    awaitNumber(OPEN, monitor.json("/api/v1/alarms?state=open&limit=1000").size());
    awaitNumber(CLOSED, monitor.json("/api/v1/alarms?state=closed&limit=1000").size());
    assertTrue(number(OPEN) > 0 && number(CLOSED) > 0);
    assertEquals("critical", browser.shown(OPEN + " .severity-icon").getAttribute("aria-label"));
    assertTrue(browser.shown(".alarm .message").getText().contains("ttention logit"));
    assertEquals("Today", browser.shown(".days h2").getText().split(" ")[0]);
    browser.screenshot("alarms");
    browser.evaluate(
        "[...document.querySelectorAll('.alarm-run')].find((a) => a.textContent === '"
            + RISING
            + "').click()");
    browser.await("charts.has('loss')");
    String hash = browser.evaluate("location.hash").toString();
    assertTrue(hash.matches("#/runs/rising%2Fa%3Fb%25\\?from=\\d+&to=\\d+"), hash);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anAcknowledgementIsShownToEveryoneAndStandsInTheAuditLog() throws Exception {
    browser.go(monitor.url() + "/#/alarms?state=open&q=rising");
    browser.shown(OPEN + " .ack").click();
    browser.shown("dialog [name=by]").sendKeys("Grace");
    browser.shown("dialog [name=note]").sendKeys("<b>On it</b>");
    browser.screenshot("alarms-acknowledge");
    browser.shown("dialog [type=submit]").click();
    browser.await(
        "document.querySelector('.acknowledged')?.textContent.startsWith('Acknowledged by Grace') === true");
    browser.go(monitor.url() + "/#/alarms?q=rising");
    browser.await(
        "document.querySelector('.acknowledged')?.textContent.endsWith(': <b>On it</b>') === true");
    JsonNode open = monitor.json("/api/v1/alarms?state=open&run=rising%2Fa%3Fb%25").path(0);
    assertEquals("Grace", open.at("/acknowledged/by").asText(), open.toString());
    browser.shown(".tabs a[href='#/alarms/audit']").click();
    String first = browser.shown(".audit tbody tr").getText();
    assertTrue(first.contains("Grace") && first.contains("acknowledged an incident"), first);
    assertTrue(first.contains(RISING), first);
    browser.screenshot("audit");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void filtersNarrowTheListAndTheLinkRestoresThem() {
    browser.go(monitor.url() + "/#/alarms");
    browser.shown(OPEN);
    browser.button("Closed").click();
    browser.await("!document.querySelector(\"" + OPEN + "\")?.checkVisibility()");
    browser.shown(".alarm-filters input").sendKeys("settled");
    browser.shown(CLOSED);
    browser.await(
        "[...document.querySelectorAll('.alarm-run')].every((a) => a.textContent === 'settled')");
    browser.button("Hour").click();
    browser.await("location.hash === '#/alarms?state=closed&since=hour&q=settled'");
    browser.go(monitor.url() + "/#/alarms?state=closed&since=hour&q=settled");
    browser.shown(CLOSED);
    assertEquals(0, number(".alarm-run:not([href^='#/runs/settled'])"));
    assertEquals("settled", browser.shown(".alarm-filters input").getAttribute("value"));
    browser.shown(".alarm-filters input").sendKeys("-nothing-like-it");
    browser.await(
        "document.querySelector('.alarms-page > .quiet').textContent === 'No closed incident matches.'");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void theStripLeadsToItsIncidents() {
    browser.go(monitor.url() + "/#/alarms");
    browser.shown(".strip button").click();
    browser.await("document.activeElement.matches('.alarm a')");
    String label = browser.shown(".strip button").getAttribute("aria-label");
    assertTrue(label.matches(".*: \\d+ incidents?, .*(critical|warning|info).*"), label);
    assertEquals("", browser.evaluate(Browser.NAMELESS));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void newIncidentsAppearWithoutAReload() throws Exception {
    browser.go(monitor.url() + "/#/alarms?state=open&q=late-comer");
    assertEquals("No open incident matches.", browser.shown(".alarm-list .quiet").getText());
    monitor.write(Telemetry.growing("late-comer", 1, 110));
    browser.await(
        "[...document.querySelectorAll('.alarm-run')].some((a) => a.textContent === 'late-comer')");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void theAuditLogNarrowsToARun() throws Exception {
    monitor.write(Telemetry.calm("told", 3));
    monitor.post(
        "/api/v1/runs/told/events", "{\"kind\":\"note\",\"step\":2,\"text\":\"<i>seen</i>\"}");
    browser.go(monitor.url() + "/#/alarms/audit?run=told");
    String row = browser.shown(".audit tbody tr").getText();
    assertTrue(row.contains("reported an event") && row.contains("<i>seen</i>"), row);
    awaitNumber(".audit tbody tr", 1);
    browser.button("Week").click();
    browser.await("location.hash === '#/alarms/audit?run=told&since=week'");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void fitsAPhoneAndTheDark() throws Exception {
    browser.screen(390, 844, true);
    for (String view : List.of("alarms", "alarms/audit")) {
      browser.go(monitor.url() + "/#/" + view);
      browser.shown(view.equals("alarms") ? ".alarm" : ".alarms-page");
      assertEquals(
          390L, browser.evaluate("document.documentElement.scrollWidth"), "nothing sticks out");
      browser.screenshot(view.replace('/', '-') + "-phone-dark");
    }
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aMonitorWithoutAlarmsSaysSo() throws Exception {
    try (TestMonitor empty = TestMonitor.start(directory.resolve("empty"), "")) {
      browser.go(empty.url() + "/#/alarms");
      assertEquals("No incident is open.", browser.shown(".alarm-list .quiet").getText());
      assertEquals("No incident has closed yet.", browser.shown(".alarms-page > .quiet").getText());
      browser.go(empty.url() + "/#/alarms/audit");
      browser.await(
          "document.querySelector('.alarms-page > .quiet').textContent.startsWith('Nobody has')");
      browser.go(monitor.url() + "/"); // so that no page asks a monitor that is gone
    }
    assertEquals(List.of(), browser.complaints());
  }
}
