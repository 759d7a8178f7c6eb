// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.TestMonitor;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** The page in a real browser, served by a real monitor, over real telemetry and real alarms. */
class PageIT extends PageTest {
  private static final String RISING = "rising";
  private static final String HOSTILE = "<img src=x onerror=alert(1)>/../x";
  private static final String LOGITS = "charts.get('attention_logit_max').getOption().series";

  @BeforeAll
  static void write() throws Exception {
    monitor.write("run_config,run=rising total_steps=1000i,layers=4i,learning_rate=0.1 1");
    monitor.write(Telemetry.growing(RISING, 1, 60, 0));
    monitor.write(Telemetry.growing(RISING, 31, 110, 100)); // rolled back to step 30, then on
    String name = HOSTILE.replace("=", "\\=").replace(" ", "\\ ");
    monitor.write("train_step,run=" + name + " step=1i,loss=2.5");
    monitor.settle();
  }

  @Test
  void listShowsEveryRunAndHostileNamesAsText() throws Exception {
    browser.go(monitor.url() + "/");
    browser.shown("table.runs");
    browser.await("document.querySelectorAll('table.runs tbody tr').length >= 2");
    String text = browser.shown("table.runs").getText();
    assertTrue(text.contains(RISING) && text.contains(HOSTILE), text);
    assertEquals(0L, browser.evaluate("document.querySelectorAll('table.runs img').length"));
    browser.screenshot("list");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void runPageDrawsTheForecastTheAlarmsAndTheDeadSegment() throws Exception {
    browser.go(monitor.url() + "/#/runs/" + RISING);
    browser.await("charts.has('attention_logit_max') && charts.has('loss')");
    browser.await(LOGITS + ".some((s) => s.id === 'forecast' && s.data.length === 2)");
    assertEquals(1e4, limit(), "the limit's line");
    assertTrue(
        (boolean) browser.evaluate(LOGITS + ".find((s) => s.id === 'forecast').data[1][0] > 110"));
    browser.await(LOGITS + ".find((s) => s.id === 'marks').data.length > 0"); // alarms come apart
    browser.await(LOGITS + ".some((s) => s.id === 'dead-0-2' && s.lineStyle.opacity < 0.5)");
    browser.await("document.querySelectorAll('figure canvas').length >= 2");
    String incidents = browser.shown("aside").getText().toLowerCase(Locale.ROOT);
    assertTrue(incidents.contains("attention logit growth"), incidents);
    browser.screenshot("run");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anyNumberOfTheRunCanBeChartedAndTheLinkRestoresIt() throws Exception {
    monitor.write(Telemetry.growing("own", 1, 40, 0));
    for (int step = 1; step <= 40; step++) {
      monitor.write("train_step,run=own step=%1$di,kl=0.%1$02d,my\\ metric=%1$d".formatted(step));
      monitor.write("gpu,run=own,host=a temperature=%d".formatted(50 + step));
    }
    monitor.settle();
    browser.go(monitor.url() + "/#/runs/own");
    browser.await("charts.has('loss')");
    browser.evaluate("document.querySelector('.signals-box summary').click()");
    browser.await("document.querySelectorAll('.signals-box .signal').length >= 7");
    for (String name : List.of("train_step.kl", "train_step.my metric", "gpu.temperature")) {
      browser.evaluate("document.querySelector('[data-signal=\"" + name + "\"]').click()");
      scrollTo(name);
      browser.await("charts.has('" + name + "')");
    }
    String last =
        "charts.get('gpu.temperature').getOption().series.find((s) => s.id === 'live-all')";
    browser.await(last + "?.data.length > 0");
    String link = browser.evaluate("location.href").toString();
    browser.screenshot("own-numbers");
    browser.go(monitor.url() + "/");
    browser.go(link);
    browser.await("document.querySelector('[data-chart=\"gpu.temperature\"]') !== null");
    scrollTo("gpu.temperature");
    browser.await("charts.has('gpu.temperature')");
    scrollTo("train_step.my metric");
    String metric =
        "charts.get('train_step.my metric').getOption().series.find((s) => s.id === 'live-all')";
    browser.await("charts.has('train_step.my metric')");
    browser.await(metric + "?.data.length === 40");
    assertEquals(List.of(), browser.complaints());
  }

  private static void scrollTo(String chart) {
    browser.evaluate(
        "document.querySelector('[data-chart=\""
            + chart
            + "\"]').scrollIntoView({block: 'center'})");
  }

  @Test
  void runPageMarksEventsAndEvaluations() throws Exception {
    monitor.write(Telemetry.growing("told", 1, 110, 0));
    monitor.write(
        "evaluation,run=told,name=held step=100i,loss=3.1\n"
            + "event,run=told kind=\"checkpoint\",step=100i,text=\"<b>saved</b>\"\n"
            + "event,run=told kind=\"start\",step=31i");
    monitor.settle();
    browser.go(monitor.url() + "/#/runs/told");
    browser.await("charts.has('loss')");
    String loss = "charts.get('loss').getOption().series.find((s) => s.id === '%s')";
    browser.await(loss.formatted("evaluations") + "?.data.length === 1");
    String at = ".data.map((d) => d.value.join()).join(';')";
    assertEquals("100,3.1", browser.evaluate(loss.formatted("evaluations") + at));
    assertEquals("31,0;100,0", browser.evaluate(loss.formatted("events") + at));
    String rules = loss.formatted("events") + ".markLine.data.map((d) => d.xAxis).join()";
    assertEquals("31", browser.evaluate(rules));
    monitor.post("/api/v1/runs/told/events", "{\"kind\":\"note\",\"step\":50}");
    browser.await(loss.formatted("events") + ".data.length === 3");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void runPageLeadsToTheReportWhichIsWholeByItself() throws Exception {
    browser.go(monitor.url() + "/#/runs/" + RISING);
    browser.await("document.querySelector('a.report-link') !== null");
    String address = (String) browser.evaluate("document.querySelector('a.report-link').href");
    browser.go(address);
    String text = browser.shown("main").getText();
    assertTrue(text.contains("Post-mortem of " + RISING), text);
    assertTrue(text.contains("attention logit growth"), text);
    assertEquals(List.of(), browser.complaints());
  }

  private static double limit() {
    return ((Number)
            browser.evaluate(LOGITS + ".find((s) => s.id === 'limit').markLine.data[0].yAxis"))
        .doubleValue();
  }

  @Test
  void newStepsArriveLive() throws Exception {
    String run = "growing";
    monitor.write(Telemetry.growing(run, 1, 20, 0));
    monitor.settle();
    browser.go(monitor.url() + "/#/runs/" + run);
    String loss = "charts.get('loss')?.getOption().series.find((s) => s.id === 'live-all')";
    String last = loss + "?.data.at(-1)[0]";
    browser.await(last + " === 20");
    TestMonitor.await(() -> monitor.live() > 0);
    for (int step = 21; step <= 60; step++) { // the page loads anew while these arrive
      monitor.write(Telemetry.growing(run, step, step, 0));
      Thread.sleep(50);
    }
    browser.await(last + " === 60");
    assertEquals(60L, browser.evaluate(loss + "?.data.length"), "no hole in the line");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void runPageSaysWhatWasNotUnderstood() throws Exception {
    monitor.write("train_step,run=strange step=1i,<b>cost</b>=2.5");
    browser.go(monitor.url() + "/#/runs/strange");
    String said = browser.shown("p.understood").getText();
    assertTrue(
        said.startsWith("1 of 1 line held no signal that Foreshock knows: field <b>cost</b>."),
        said);
    browser.go(monitor.url() + "/#/runs/" + RISING);
    browser.await("charts.has('loss') && document.querySelector('p.understood').hidden");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void runPageSaysWhatJudgesTheRunAndWhatTheOthersNeed() throws Exception {
    browser.go(monitor.url() + "/#/runs/" + RISING);
    WebElement title = browser.shown(".judged-box > summary");
    browser.await(
        "document.querySelector('.judged-box > summary').textContent.match(/^Judged by \\d+ of \\d+ detectors/) !== null");
    assertFalse(browser.evaluate("document.querySelector('.judged-box').open").equals(true));
    title.click();
    browser.await("document.querySelector('.judged-box .facts').childElementCount > 0");
    String list = browser.shown(".judged-box .facts").getText();
    assertTrue(list.contains("attention logit growth"), list);
    assertTrue(list.contains("warming up: ") && list.contains(" of 128 samples"), list);
    assertTrue(list.contains("needs attention_entropy of layers"), list);
    browser.screenshot("judged");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void runPageSaysThatNothingButNonFiniteValuesIsJudged() throws Exception {
    monitor.write("gpu,run=unjudged temperature=70");
    browser.go(monitor.url() + "/#/runs/unjudged");
    String said = browser.shown(".judged").getText();
    assertTrue(said.startsWith("Only NaN and infinite values are judged"), said);
    browser.screenshot("unjudged");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void rollbackOrderedOnThePageReachesTheRun() throws Exception {
    browser.go(monitor.url() + "/#/runs/" + RISING);
    browser.await("charts.has('loss')");
    browser.button("Roll back…").click();
    browser.shown("dialog button.danger").click();
    TestMonitor.await(() -> !monitor.json(TestMonitor.runPath(RISING) + "/commands").isEmpty());
    JsonNode command = monitor.json(TestMonitor.runPath(RISING) + "/commands").path(0);
    assertEquals("rollback", command.path("command").asText());
    assertTrue(command.at("/arguments/to_step").isInt(), command.toString());
    assertTrue(browser.shown("[data-command]").getText().contains("Roll back to step"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void emptyMonitorTellsHowToAttachARun() throws Exception {
    try (TestMonitor empty = TestMonitor.start(directory.resolve("empty"), "")) {
      browser.go(empty.url() + "/");
      String help = browser.shown(".attach").getText();
      assertTrue(help.contains("foreshock.watch") && help.contains(empty.url()), help);
      browser.screenshot("empty");
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void asksForTheTokenThatTheMonitorWants() throws Exception {
    try (TestMonitor closed =
        TestMonitor.start(directory.resolve("closed"), "tokens: [open-sesame-of-tests]")) {
      browser.go(closed.url() + "/");
      browser.shown("input[type=password]").sendKeys("open-sesame-of-tests\n");
      assertTrue(browser.shown(".attach").isDisplayed());
    }
    browser.complaints(); // a browser logs the 401 that made the page ask
  }
}
