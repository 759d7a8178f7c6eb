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
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a person can do with the charts of a run's page, in a real browser over a real monitor. */
class RunPageIT extends PageTest {
  private static final int LAYERS = 4;
  private static final int HEADS = 2;
  private static final int STEPS = 120;
  private static final int NAN_STEP = 70;
  private static final long BATCH_TOKENS = 1000;
  private static final long START = 1_700_000_000_000_000_000L;

  @BeforeAll
  static void write() throws Exception {
    monitor.write(
        "run_config,run=run total_steps=500i,layers=4i,heads=2i,batch_tokens=%di %d"
            .formatted(BATCH_TOKENS, START));
    monitor.write(steps("run"));
    monitor.write(steps("other"));
    monitor.settle();
  }

  @BeforeEach
  void nothingIsKeptInTheBrowser() {
    browser.go(monitor.url() + "/");
    browser.evaluate("localStorage.clear()");
    browser.complaints();
  }

  /** A step a second: calm, but for layer 2, whose attention logits grow; one loss is NaN. */
  private static String steps(String run) {
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= STEPS; step++) {
      long time = START + step * 1_000_000_000L;
      double wobble = 1 + 0.02 * Math.sin(step * 1.7);
      String values =
          step == NAN_STEP
              ? "loss=NaN,grad_norm=NaN,nonfinite=2i"
              : String.format(
                  Locale.ROOT, "loss=%.5f,grad_norm=%.4f,nonfinite=0i", 3 * wobble, 0.5 * wobble);
      lines.append(
          String.format(
              Locale.ROOT,
              "train_step,run=%s step=%di,%s,learning_rate=0.1,kl=0.%03d,tokens=%di %d%n",
              run,
              step,
              values,
              step,
              step * BATCH_TOKENS,
              time));
      for (int layer = 0; layer < LAYERS; layer++) {
        double logit = (layer == 2 ? 10 * Math.exp(0.03 * step) : 8 + layer) * wobble;
        for (int head = 0; head < HEADS; head++) {
          lines.append(
              String.format(
                  Locale.ROOT,
                  "train_layer,run=%s,layer=%d,head=%d step=%di,attention_logit_max=%.4f %d%n",
                  run,
                  layer,
                  head,
                  step,
                  logit / (1 + head),
                  time));
        }
      }
    }
    return lines.toString();
  }

  private static void open(String link) {
    browser.go(monitor.url() + "/" + link);
    browser.await("charts.size > 0");
  }

  private static String series(String chart, String id) {
    return "charts.get('%s')?.getOption().series.find((s) => s.id === '%s')".formatted(chart, id);
  }

  private static String figures() {
    return browser
        .evaluate(
            "[...document.querySelectorAll('figure.chart')].map((f) => f.dataset.chart).join()")
        .toString();
  }

  /** Chooses an entry of a chart's menu. */
  private static void choose(String chart, String entry) {
    String figure = "document.querySelector('[data-chart=\"%s\"]')".formatted(chart);
    browser.evaluate(figure + ".querySelector('.menu-button').click()");
    browser.evaluate(
        "[...%s.querySelectorAll('.menu-list button')].find((b) => b.textContent === '%s').click()"
            .formatted(figure, entry));
  }

  private static String link() {
    return browser.evaluate("location.href").toString();
  }

  @Test
  void firstLookIsTheSixChartsInTheirOrder() {
    open("#/runs/run");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    assertEquals(
        "attention_logit_max,loss,grad_norm,attention_entropy,update_rms,learning_rate", figures());
    assertEquals(monitor.url() + "/#/runs/run", link());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aLinkRestoresAllThatIsShown() throws Exception {
    String view =
        "?charts=train_step.kl,loss&hide=update_rms,attention_entropy&log=loss"
            + "&heat=attention_logit_max&x=tokens&smooth=0.9&from=20&to=100&open=config&later=1";
    open("#/runs/run" + view);
    browser.await(series("loss", "raw-all") + "?.data.length > 50");
    assertEquals(
        "attention_logit_max,grad_norm,learning_rate,train_step.kl,loss", figures(), "the order");
    assertEquals("log", browser.evaluate("charts.get('loss').getOption().yAxis[0].type"));
    browser.await(series("attention_logit_max", "heat") + " !== undefined");
    assertEquals("tokens", browser.evaluate("charts.get('loss').getOption().xAxis[0].name"));
    assertEquals(
        20 * BATCH_TOKENS, browser.evaluate("charts.get('loss').getOption().xAxis[0].min"));
    assertTrue((boolean) browser.evaluate("document.querySelector('.config-box').open"));
    assertEquals("0.9", browser.shown("input[type=range]").getAttribute("value"));
    browser.screenshot("run-view");
    browser.button("Last 200").click();
    browser.await("location.href.includes('from=0')");
    assertTrue(link().contains("&later=1") && link().contains("x=tokens"), link());
    assertFalse(link().contains("to="), link());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aMenuOfKeysScalesOrdersAndHidesAChart() {
    open("#/runs/run");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    WebElement button = browser.shown("[data-chart=loss] .menu-button");
    button.sendKeys(Keys.ENTER);
    browser.await("document.activeElement.textContent === 'Logarithmic'");
    browser.active().sendKeys(Keys.ARROW_DOWN, Keys.ARROW_UP);
    browser.active().sendKeys(Keys.ENTER);
    browser.await("charts.get('loss').getOption().yAxis[0].type === 'log'");
    assertTrue((boolean) browser.evaluate("document.activeElement.matches('.menu-button')"));
    browser.await("location.hash.endsWith('?log=loss')");
    choose("loss", "Move down");
    assertTrue(figures().startsWith("attention_logit_max,grad_norm,loss,"), figures());
    choose("grad_norm", "Hide");
    assertFalse(figures().contains("grad_norm"), figures());
    browser.await("location.href.includes('hide=grad_norm')");
    browser.button("Reset layout").click();
    browser.await("!location.href.includes('?')");
    assertTrue(figures().startsWith("attention_logit_max,loss,grad_norm,"), figures());
    browser.await("charts.get('loss').getOption().yAxis[0].type === 'value'");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aPinnedChartIsOnEveryRunsPage() {
    open("#/runs/run?charts=train_step.kl");
    choose("train_step.kl", "Pin for all runs");
    open("#/runs/other");
    assertTrue(figures().endsWith(",train_step.kl"), figures());
    browser.await("location.href.includes('charts=train_step.kl')");
    choose("train_step.kl", "Pin for all runs");
    open("#/runs/other");
    assertTrue(figures().endsWith(",learning_rate"), figures());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aChartIsSavedAsPngSvgAndCsv() {
    open("#/runs/run");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    browser.evaluate(
        "(window.saved = [], URL.createObjectURL = (blob) => (window.saved.push(blob), 'blob:x'),"
            + " HTMLAnchorElement.prototype.click = function () { window.name = this.download; })");
    choose("loss", "Save as CSV");
    List<String> csv = browser.evaluate("await window.saved[0].text()").toString().lines().toList();
    assertEquals("run,signal,layer,segment,step,min,max,mean,count", csv.get(0));
    assertTrue(csv.get(1).startsWith("run,loss,,0,1,"), csv.get(1));
    assertEquals(STEPS - 1, csv.size() - 1, "a row per loss");
    assertEquals("run-loss.csv", browser.evaluate("window.name"));
    choose("loss", "Save as SVG");
    browser.await("window.saved.length === 2");
    String svg = browser.evaluate("await window.saved[1].text()").toString();
    assertTrue(svg.startsWith("<svg") && svg.contains("run · Loss"), svg);
    choose("attention_logit_max", "Save as PNG");
    browser.await("window.saved.length === 3");
    assertEquals("image/png", browser.evaluate("window.saved[2].type"));
    assertTrue(
        (boolean) browser.evaluate("(await createImageBitmap(window.saved[2])).width > 1000"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aHeatMapShowsLayersAndTheHeadsOfOne() throws Exception {
    open("#/runs/run?heat=attention_logit_max");
    String rows = "charts.get('attention_logit_max').getOption().yAxis[0].data.join()";
    browser.await(rows + " === '0,1,2,3'");
    browser.screenshot("run-heat");
    browser.evaluate(
        "((s) => { s.value = '2'; s.dispatchEvent(new Event('change')); })"
            + "(document.querySelector('[data-chart=attention_logit_max] .heat-choice'))");
    browser.await(rows + " === 'head 0,head 1'");
    browser.await("location.href.includes('heat=attention_logit_max:2')");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aValueThatWasNotFiniteIsCrossedOnEveryChartThatLacksIt() {
    open("#/runs/run");
    for (String chart : List.of("loss", "grad_norm")) {
      browser.await(series(chart, "nonfinite") + "?.data.length === 1");
      assertEquals(
          (long) NAN_STEP,
          browser.evaluate(series(chart, "nonfinite") + ".data[0].value[0]"),
          chart);
    }
    assertEquals(0L, browser.evaluate(series("attention_logit_max", "nonfinite") + ".data.length"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void aPersonMarksAStep() {
    open("#/runs/run");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    choose("loss", "Add a mark…");
    WebElement step = browser.shown("dialog input[name=step]");
    step.clear();
    step.sendKeys("50");
    browser.shown("dialog input[name=text]").sendKeys("<b>looked</b> at it");
    browser.shown("dialog button.primary").click();
    browser.await(series("loss", "events") + "?.data.some((d) => d.value[0] === 50)");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anEmbeddedPageHasTheChartAlone() throws Exception {
    browser.go(monitor.url() + "/?embed#/runs/run?only=loss&smooth=0.5");
    browser.await(series("loss", "raw-all") + "?.data.length > 100");
    assertEquals("loss", figures());
    assertFalse((boolean) browser.evaluate("document.querySelector('.top').checkVisibility()"));
    assertEquals(0L, browser.evaluate("document.querySelectorAll('aside, .range-bar').length"));
    String whole = browser.shown(".whole-page a").getAttribute("href");
    assertEquals(monitor.url() + "/#/runs/run?smooth=0.5", whole);
    browser.screenshot("run-embed");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void theClockIsAnAxisToo() {
    open("#/runs/run?x=time");
    browser.await("charts.get('loss')?.getOption().xAxis[0].type === 'time'");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    assertEquals(
        (double) START / 1e6 + 1000,
        ((Number) browser.evaluate(series("loss", "live-all") + ".data[0][0]")).doubleValue());
    open("#/runs/run?x=relative");
    browser.await("charts.get('loss')?.getOption().xAxis[0].name === 'seconds'");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void tagsAndNotesAreWrittenOnThePageAndFollowOthers() throws Exception {
    open("#/runs/other");
    browser.button("Add tags or notes").click();
    browser.shown("dialog input[name=tags]").sendKeys("prod, <i>hero</i>");
    browser.shown("dialog textarea").sendKeys("a note");
    browser.shown("dialog button.primary").click();
    browser.await(
        "[...document.querySelectorAll('.tags li')].map((t) => t.textContent).join('|')"
            + " === 'prod|<i>hero</i>'");
    TestMonitor.await(() -> monitor.live() > 0);
    monitor.patch(TestMonitor.runPath("other"), "{\"notes\":\"changed by another\"}");
    browser.await("document.querySelector('.notes').textContent === 'changed by another'");
    browser.screenshot("run-notes");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anIncidentSaysWhatToDoAndIsAcknowledged() throws Exception {
    open("#/runs/run");
    browser.shown(".incidents summary").click();
    assertTrue(browser.shown(".advice p").getText().length() > 20);
    browser.await("location.href.includes('open=incident%3A')");
    browser.evaluate("document.querySelector('.incidents .advice button').click()");
    browser.shown("dialog input[name=by]").sendKeys("Ada");
    browser.shown("dialog textarea").sendKeys("on it");
    browser.shown("dialog button.primary").click();
    browser.await(
        "document.querySelector('.acknowledged')?.textContent.startsWith('Acknowledged by Ada')");
    browser.screenshot("run-incident");
    String link = link();
    open(link.substring(monitor.url().length() + 1));
    browser.await("document.querySelector('.incidents details[open] .acknowledged') !== null");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void chartsBelowTheScreenWaitUntilTheyAreSeen() throws Exception {
    browser.screen(390, 800, true);
    try {
      browser.go(monitor.url() + "/#/runs/run?charts=train_step.kl");
      browser.await("document.querySelector('.stats').textContent.includes('120')");
      assertFalse((boolean) browser.evaluate("charts.has('train_step.kl')"));
      browser.screenshot("run-phone");
      browser.evaluate("document.querySelector('[data-chart=\"train_step.kl\"]').scrollIntoView()");
      browser.await(series("train_step.kl", "live-all") + "?.data.length === " + STEPS);
    } finally {
      browser.screen(1400, 1600, false);
    }
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void anOpenPageOfALongRunStaysWhole() throws Exception {
    monitor.write(losses("long", 1, 6000));
    monitor.count("long", "loss", 6000);
    open("#/runs/long");
    browser.await(series("loss", "live-all") + "?.data.length > 100");
    for (int step = 6001; step <= 9000; step += 20) {
      monitor.write(losses("long", step, step + 19));
    }
    String data = series("loss", "live-all") + "?.data";
    browser.await(data + ".at(-1)[0] > 8990");
    assertEquals(0L, browser.evaluate(data + ".filter((point) => point[0] === null).length"));
    assertTrue((boolean) browser.evaluate(data + "[0][0] === 1"), "its beginning");
    long widest =
        (long)
            browser.evaluate(
                "Math.max(...%1$s.slice(1).map((p, i) => p[0] - %1$s[i][0]))".formatted(data));
    assertTrue(widest <= 20, "the past is as fine as the rest: " + widest + " steps");
    assertEquals("2.500", browser.shown(".stats > :nth-child(2) dd").getText(), "the newest loss");
  }

  @Test
  void pagesThatWereLeftHoldNoConnections() {
    for (int visit = 0; visit < 9; visit++) { // a browser opens six connections to a server
      open("#/runs/run");
      browser.await(series("loss", "live-all") + "?.data.length > 100");
      browser.await("document.querySelector('#live').textContent.includes('live')");
    }
  }

  /** A loss that ends every twenty steps at 2.5. */
  private static String losses(String run, int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "train_step,run=%s step=%di,loss=%.4f %d%n",
              run,
              step,
              2.5 + 0.01 * (step % 20),
              START + step * 1_000_000_000L));
    }
    return lines.toString();
  }
}
