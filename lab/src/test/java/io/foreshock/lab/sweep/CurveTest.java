// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Curves and the page that shows them. */
class CurveTest {
  private static final double INITIAL = 5.5;

  private final List<CellResult> rows = new ArrayList<>();

  @Test
  void sensitivityIsTheMeanOverTheRatesOfWhatIsLostAgainstTheBest() {
    add("base", "2x32", 1e-3, 1, Status.DONE, 3.0);
    add("base", "2x32", 1e-2, 1, Status.DONE, 2.5);
    add("base", "2x32", 1e-1, 1, Status.DIVERGED, 9.0);
    add("base", "2x32", 3e-1, 1, Status.DIVERGED, Double.NaN);
    Curve curve = Curve.of(rows).get(0);
    assertEquals(1e-2, curve.sensitivity().bestLearningRate());
    assertEquals(2.5, curve.sensitivity().bestLoss());
    assertEquals((0.5 + 0 + 3 + 3) / 4, curve.sensitivity().sensitivity(), 1e-12);
  }

  @Test
  void seedsOfARateAreAveragedFirst() {
    add("base", "2x32", 1e-3, 1, Status.DONE, 3.0);
    add("base", "2x32", 1e-3, 2, Status.DONE, 4.0);
    add("base", "2x32", 1e-2, 1, Status.DONE, 3.0);
    assertEquals(0.25, Curve.of(rows).get(0).sensitivity().sensitivity(), 1e-12);
  }

  @Test
  void failedCellsSayNothing() {
    add("base", "2x32", 1e-3, 1, Status.DONE, 3.0);
    rows.add(CellResult.failed(cell("base", "2x32", 1e-2, 1), 5, "no luck"));
    rows.add(CellResult.failed(cell("qk", "2x32", 1e-2, 1), 5, "no luck"));
    List<Curve> curves = Curve.of(rows);
    assertEquals(1, curves.size());
    assertEquals(1, curves.get(0).sensitivity().cells().size());
  }

  @Test
  void thePageShowsEveryVariantAndMarksWhatDiverged() {
    for (String size : List.of("2x32", "2x64")) {
      add("base", size, 1e-3, 1, Status.DONE, 3.0);
      add("base", size, 1e-1, 1, Status.DIVERGED, Double.NaN);
      add("qk", size, 1e-3, 1, Status.DONE, 3.1);
      add("qk", size, 1e-1, 1, Status.DONE, 2.9);
    }
    String page = new SweepHtml(rows).write();
    assertEquals(2, count(page, "<svg "));
    assertEquals(4, count(page, "<polyline "));
    assertEquals(2, count(page, "<path class=\"cross "));
    assertEquals(6, count(page, "<circle "));
    assertTrue(page.contains("<td>1.2500</td>"), "sensitivity of base");
    assertTrue(page.contains("<td>0.1000</td>"), "sensitivity of qk");
    assertTrue(page.contains("nats/token") && page.contains("peak learning rate (log)"));
    assertFalse(page.contains("NaN") || page.contains("Infinity"), page);
  }

  @Test
  void thePageLoadsNothingAndKnowsTheDark() {
    add("base", "2x32", 1e-3, 1, Status.DONE, 3.0);
    String page = new SweepHtml(rows).write();
    assertFalse(page.matches("(?s).*(<script|https?:|src=|<link|@import|url\\().*"), page);
    assertTrue(page.contains("prefers-color-scheme: dark"));
    assertTrue(page.contains("default-src 'none'"));
  }

  @Test
  void oneRateHasNoSensitivity() {
    add("base", "2x32", 1e-3, 1, Status.DONE, 3.0);
    String page = new SweepHtml(rows).write();
    assertTrue(page.contains("<td>–</td><td>1 of 1</td>"), page);
    assertTrue(page.contains("base: there is one size only"), page);
  }

  @Test
  void nothingIsSaidToBeNothing() {
    String page = new SweepHtml(rows).write();
    assertTrue(page.contains("No cell has ended yet"), page);
    assertFalse(page.contains("<svg"), page);
  }

  @Test
  void whatFailedSaysWhyAndIsEscaped() {
    rows.add(CellResult.failed(cell("base", "2x32", 1e-2, 1), 5, "no <b>luck</b>"));
    String page = new SweepHtml(rows).write();
    assertTrue(page.contains("all have failed"), page);
    assertTrue(page.contains("no &lt;b&gt;luck"), page);
  }

  private void add(
      String variant, String size, double rate, long seed, Status status, double loss) {
    Cell cell = cell(variant, size, rate, seed);
    rows.add(
        new CellResult(
            cell,
            status,
            CellResult.Cost.UNKNOWN,
            new CellResult.Measured(INITIAL, loss, null, 5, null, null, null),
            null));
  }

  private static Cell cell(String variant, String size, double rate, long seed) {
    List<String> options = List.of("--context=64", "--batch=8");
    return new Cell(variant, Size.parse(size), rate, seed, 10, options);
  }

  private static int count(String text, String part) {
    return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
  }
}
