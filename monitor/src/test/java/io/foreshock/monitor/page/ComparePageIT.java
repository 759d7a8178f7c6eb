// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** The pages that compare runs and map sweeps, in a real browser over a real monitor. */
class ComparePageIT extends PageTest {
  private static final String HOSTILE = "<img src=x onerror=alert(1)>,&?%/";
  private static final String LOSS = "charts.get('loss')?.getOption().series.filter(Boolean)";
  private static final String THREE = "/#/compare?runs=low,high,other";

  @BeforeAll
  static void write() throws Exception {
    monitor.write(config("low", 0.01, 64) + config("high", 0.1, 64) + config("other", 0.1, 128));
    monitor.write(steps("low", 1, 100, 0, 2));
    monitor.write(steps("high", 1, 60, 0, 900)); // rolled back to step 30, then on
    monitor.write(steps("high", 31, 100, 200, 3));
    monitor.write(steps("other", 1, 50, 0, 5));
    monitor.write("train_step,run=other step=51i,loss=NaN");
    monitor.write(steps("other", 52, 60, 0, 5));
    String name = HOSTILE.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ");
    monitor.write("train_step,run=" + name + " step=1i,loss=2.5\n" + sweep());
    monitor.settle();
  }

  private static String config(String run, double rate, int width) {
    return String.format(
        Locale.ROOT,
        "run_config,run=%s learning_rate=%s,width=%di,batch_tokens=1000i,optimizer=\"adamw\"%n",
        run,
        rate,
        width);
  }

  /** Losses of {@code level} that fall a little; layer 1 has twice the logits of layer 0. */
  private static String steps(String run, int from, int to, int seconds, double level) {
    long start = System.currentTimeMillis() * 1_000_000 - 600_000_000_000L;
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      long time = start + (seconds + step) * 1_000_000_000L;
      lines.append(
          String.format(
              Locale.ROOT,
              "train_step,run=%1$s step=%2$di,loss=%3$s,grad_norm=1,own=%2$d %4$d%n"
                  + "train_layer,run=%1$s,layer=0 step=%2$di,attention_logit_max=10 %4$d%n"
                  + "train_layer,run=%1$s,layer=1 step=%2$di,attention_logit_max=20 %4$d%n",
              run,
              step,
              step <= 30 ? 10 : level + 1.0 / step,
              time));
    }
    return lines.toString();
  }

  /** Runs of three sizes: the larger the model, the lower the learning rate that diverges. */
  private static String sweep() {
    StringBuilder lines = new StringBuilder();
    double[] rates = {1e-4, 1e-3, 1e-2, 1e-1};
    for (int size = 0; size < 3; size++) {
      for (int rate = 0; rate < rates.length; rate++) {
        String run = "sweep-" + size + "-" + rate;
        boolean bad = size + rate >= 4;
        lines.append(
            String.format(
                Locale.ROOT,
                "run_config,run=%s parameters=%di,learning_rate=%s,total_steps=60i,"
                    + "optimizer=\"lion\",tags=\"grid\"%n",
                run,
                (long) (1e5 * Math.pow(10, size)),
                rates[rate]));
        for (int step = 1; step <= 60; step++) {
          double loss = 3 + 7 * Math.exp(-step / 10.0) - 0.1 * rate + (bad && step > 30 ? 3 : 0);
          lines.append(
              String.format(Locale.ROOT, "train_step,run=%s step=%di,loss=%s%n", run, step, loss));
        }
        lines.append("event,run=").append(run).append(" kind=\"end\",status=\"finished\"\n");
      }
    }
    return lines.toString();
  }

  private static String line(String key) {
    return LOSS + ".find((s) => s.id === 'line-" + key + "')";
  }

  private static void awaitCurves(int curves) {
    browser.await(LOSS + "?.filter((s) => s.id.startsWith('line-')).length === " + curves);
  }

  @Test
  void overlaysTheLivingLineageOfEachRunAndSaysWhichIsMissing() throws Exception {
    browser.go(monitor.url() + THREE + ",nobody");
    awaitCurves(3);
    assertEquals(100L, browser.evaluate(line("1") + ".data.length"), "steps of the living lineage");
    String highest = "Math.max(...%s.data.map((d) => d[1] ?? 0))";
    assertEquals(10L, browser.evaluate(highest.formatted(line("1"))), "900 was rolled back");
    assertEquals(
        51L,
        browser.evaluate(LOSS + ".find((s) => s.id === 'nonfinite').data[0].value[0]"),
        "NaN has a cross");
    WebElement missing = browser.shown("[data-run=nobody]");
    assertTrue(missing.getText().contains("The monitor knows no run of this name."));
    browser.screenshot("compare");
    // the browser itself logs the 404 of the run that is not there
    assertTrue(browser.complaints().stream().allMatch(text -> text.contains("/runs/nobody")));
  }

  @Test
  void groupsRunsByAFieldWithTheirMeanAndEveryValueInTheBand() throws Exception {
    browser.go(monitor.url() + THREE + "&group=learning_rate");
    awaitCurves(2);
    String groups = browser.shown(".compared[aria-label=Groups]").getText();
    assertTrue(groups.contains("learning_rate = 0.01, n = 1"), groups);
    assertTrue(groups.contains("learning_rate = 0.1, n = 2"), groups);
    String high = line("group-1");
    double mean =
        ((Number) browser.evaluate(high + ".data.findLast((d) => d[0] <= 50)[1]")).doubleValue();
    assertEquals(4, mean, 0.05, "between 3 and 5");
    assertTrue(browser.shown(".compare-bar").getText().contains("mean over the runs of a group"));
    browser.screenshot("compare-groups");
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void linkRestoresRunsColoursChartsAndChoices() throws Exception {
    browser.go(monitor.url() + THREE);
    awaitCurves(3);
    browser.evaluate("document.querySelector('[data-run=low] .close').click()");
    awaitCurves(2);
    Object color = browser.evaluate(line("2") + ".itemStyle.color");
    choose(".compare-bar select", "tokens", "change");
    choose(".compare-bar input[type=range]", "0.5", "input");
    browser.evaluate("document.querySelector('[data-chart=loss] .menu-button').click()");
    browser.evaluate("document.querySelector('[data-chart=loss] .menu-list button').click()");
    browser.evaluate("document.querySelector('.signals-box summary').click()");
    browser.await("document.querySelector('[data-signal=\"train_step.own\"]') !== null");
    browser.evaluate("document.querySelector('[data-signal=\"train_step.own\"]').click()");
    browser.await("charts.has('train_step.own')");
    String link = browser.evaluate("location.href").toString();
    assertTrue(link.contains("runs=,high,other") && link.contains("x=tokens"), link);
    browser.go(link);
    awaitCurves(2);
    browser.await(line("2") + ".data.at(-1)[0] === 60000");
    assertEquals(color, browser.evaluate(line("2") + ".itemStyle.color"), "the colour stays");
    assertEquals("log", browser.evaluate("charts.get('loss').getOption().yAxis[0].type"));
    assertTrue((boolean) browser.evaluate(LOSS + ".some((s) => s.id === 'raw-1')"), "smoothed");
    browser.evaluate(
        "document.querySelector('[data-chart=\"train_step.own\"]').scrollIntoView({block: 'center'})");
    browser.await("charts.has('train_step.own')");
    assertEquals(link, browser.evaluate("location.href"));
    assertEquals(List.of(), browser.complaints());
  }

  private static void choose(String css, String value, String event) {
    browser.evaluate(
        "(() => { const e = document.querySelector('%s'); e.value = '%s'; e.dispatchEvent(new Event('%s')); })()"
            .formatted(css, value, event));
  }

  @Test
  void zoomsToARangeAndKeepsItWhileARunGoesOn() throws Exception {
    monitor.write(steps("going", 1, 40, 0, 2));
    monitor.settle();
    browser.go(monitor.url() + "/#/compare?runs=low,going&from=20&to=50");
    awaitCurves(2);
    assertEquals("20,40", browser.evaluate(ends("1")));
    monitor.write(steps("going", 41, 60, 0, 2));
    browser.await(ends("1") + " === '20,50'");
    assertEquals("20,50", browser.evaluate(axis()));
    drag(0.5, 1);
    browser.await("location.href.includes('from=3')");
    browser.await(axis() + ".startsWith('3')");
    assertEquals(List.of(), browser.complaints());
  }

  private static String ends(String key) {
    return line(key)
        + ".data.filter((d, i, all) => i === 0 || i === all.length - 1)"
        + ".map((d) => d[0]).join()";
  }

  private static String axis() {
    return "charts.get('loss').getOption().xAxis.map((a) => `${a.min},${a.max}`).join()";
  }

  /** Drags across the loss from one share of its axis to another. */
  private static void drag(double from, double to) {
    browser.evaluate(
        ("(() => { const chart = charts.get('loss'); const [axis] = chart.getOption().xAxis;"
                + " const at = (s) => chart.convertToPixel({ xAxisIndex: 0 }, axis.min + s * (axis.max - axis.min));"
                + " const send = (type, x) => chart.getDom().querySelector('canvas').dispatchEvent(new MouseEvent(type,"
                + " { bubbles: true, button: 0, buttons: 1, clientX: x + chart.getDom().getBoundingClientRect().left,"
                + " clientY: 80 + chart.getDom().getBoundingClientRect().top }));"
                + " send('mousedown', at(%s)); send('mousemove', at(%s) - 2); send('mouseup', at(%s) - 2); })()")
            .formatted(from, to, to));
  }

  @Test
  void showsTheHighestLayerAndOffersEachOne() throws Exception {
    browser.go(monitor.url() + "/#/compare?runs=low,other&charts=attention_logit_max");
    String logits = "charts.get('attention_logit_max%s')?.getOption().series";
    String value = ".find((s) => s.id === 'line-0')?.data.at(-1)[1]";
    browser.await(logits.formatted("") + "?" + value + " === 20");
    assertTrue(browser.shown("[data-chart] select").getText().contains("maximum over layers"));
    choose("[data-chart] select", "0", "change");
    browser.await(logits.formatted("@0") + "?" + value + " === 10");
    assertTrue(
        browser.evaluate("location.href").toString().endsWith("charts=attention_logit_max@0"));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void tellsHowConfigurationsDifferAndFoldsWhatIsEqual() throws Exception {
    browser.go(monitor.url() + THREE);
    awaitCurves(3);
    String table = browser.shown(".config-table").getText();
    assertTrue(table.contains("learning_rate 0.01 0.1 0.1"), table);
    assertTrue(table.contains("width 64 64 128"), table);
    assertFalse(table.contains("optimizer"), table);
    assertEquals("2 fields are equal in all runs", browser.shown(".config-equal").getText());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void findsRunsToAddWhateverTheirNames() throws Exception {
    browser.go(monitor.url() + "/#/compare");
    assertTrue(browser.shown(".compare-help").getText().startsWith("Choose two or more runs"));
    for (String part : List.of("onerror", "low")) {
      WebElement search = browser.shown(".picker input");
      search.clear();
      search.sendKeys(part);
      browser.await(
          "[...document.querySelectorAll('.found button')].length === 1"
              + " && document.querySelector('.found').textContent.includes('"
              + part
              + "')");
      browser.shown(".found button").click();
    }
    awaitCurves(2);
    String encoded = URLEncoder.encode(HOSTILE, StandardCharsets.UTF_8).replace("+", "%20");
    assertTrue(
        browser.evaluate("decodeURIComponent(location.href)").toString().contains(HOSTILE),
        encoded);
    assertEquals(0L, browser.evaluate("document.querySelectorAll('main img').length"));
    assertTrue(browser.shown(".compared").getText().contains(HOSTILE));
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void savesWhatAChartShows() throws Exception {
    browser.go(monitor.url() + THREE);
    awaitCurves(3);
    browser.evaluate(
        "(() => { URL.createObjectURL = (blob) => { window.saved = blob; return 'blob:none'; };"
            + " HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; }; })()");
    String menu = "[...document.querySelectorAll('[data-chart=loss] .menu-list button')]";
    for (String type : List.of("PNG", "SVG", "CSV")) {
      browser.evaluate("document.querySelector('[data-chart=loss] .menu-button').click()");
      browser.evaluate(menu + ".find((b) => b.textContent === 'Save as " + type + "').click()");
      browser.await("window.savedName === 'compare-loss." + type.toLowerCase(Locale.ROOT) + "'");
      assertTrue((boolean) browser.evaluate("window.saved.size > 1000"), type);
    }
    browser.evaluate("void window.saved.text().then((text) => { window.savedText = text; })");
    browser.await("window.savedText !== undefined");
    String csv = browser.evaluate("window.savedText").toString();
    assertEquals(
        List.of("run,step,min,max,mean,count", "low,1,10,10,10,1"), csv.lines().limit(2).toList());
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void mapsASweepWithThePredictedBorder() throws Exception {
    browser.go(monitor.url() + "/#/sweeps?q=sweep");
    String series = "charts.get('sweep')?.getOption().series.filter(Boolean)";
    browser.await(series + "?.some((s) => s.name === 'border')");
    assertTrue((boolean) browser.evaluate(series + ".some((s) => s.name === 'border-outside')"));
    String points = series + ".find((s) => s.id === '%s').data.length";
    assertEquals(9L, browser.evaluate(points.formatted("healthy")));
    long bad =
        (long)
            browser.evaluate(points.formatted("unstable") + " + " + points.formatted("diverged"));
    assertEquals(3L, bad);
    assertEquals(3L, browser.evaluate(points.formatted("best")), "the lowest loss of each size");
    assertTrue(browser.shown(".sweep-words").getText().startsWith("Predicted by 12 finished runs"));
    Object falls =
        browser.evaluate(
            "(() => { const rows = "
                + series
                + ".find((s) => s.name === 'border').data;"
                + " return rows[0][0] >= rows.at(-1)[0]; })()");
    assertEquals(true, falls, "larger models need lower learning rates");
    browser.screenshot("sweep");
    browser.evaluate("document.querySelector('[data-selects=\"sweep-0-1\"]').click()");
    browser.evaluate("document.querySelector('[data-selects=\"sweep-2-1\"]').click()");
    String link = browser.evaluate("location.href").toString();
    assertTrue(link.endsWith("selected=sweep-0-1,sweep-2-1"), link);
    browser.go(link);
    browser.shown("a.button").click();
    awaitCurves(2);
    assertEquals(List.of(), browser.complaints());
  }

  @Test
  void saysWhyThereIsNoBorder() throws Exception {
    browser.go(monitor.url() + "/#/sweeps?q=sweep-0-0");
    browser.shown(".sweep-page figure");
    monitor.write("run_config,run=alone parameters=1000i,learning_rate=0.1,optimizer=\"sgd\"");
    monitor.write("train_step,run=alone step=1i,loss=1");
    monitor.settle();
    browser.go(monitor.url() + "/#/sweeps?q=alone");
    String said = browser.shown(".sweep-words p").getText();
    assertTrue(said.startsWith("No border can be predicted: 0 finished runs of this kind"), said);
    assertEquals(List.of(), browser.complaints());
  }
}
