// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IsoFlopTest {
  private static final LossSurface TRUE = MadeRows.HOFFMANN;
  private static final double TOLERANCE = IsoFlop.USUAL_TOLERANCE;

  @Test
  void theExponentDoesNotDependOnTheWidthOfTheGridButTheSizeDoes() {
    // papers.md §8 item 5
    double[][] biases = {{2, 0.0033}, {4, 0.0132}, {16, 0.0537}};
    for (double[] bias : biases) {
      IsoFlop fit = IsoFlop.of(Observations.of(MadeRows.isoFlops(TRUE, bias[0])), TOLERANCE);
      assertEquals(9, fit.budgets().size());
      assertEquals(0.45161, fit.frontier().a(), 5e-6);
      assertEquals(0.54839, fit.frontier().b(), 5e-6);
      for (double flops : new double[] {6e18, 3e21}) {
        double off =
            fit.frontier().optimal(flops).parameters() / TRUE.optimal(flops).parameters() - 1;
        assertEquals(bias[1], off, 5e-5, "grid ×÷ " + bias[0]);
      }
    }
  }

  @Test
  void leavesOutBudgetsWithoutAMinimumAndSaysWhy() {
    List<Observation> rows = new ArrayList<>(MadeRows.isoFlops(TRUE, 4));
    double best = TRUE.optimal(1e22).parameters();
    addBudget(rows, 1e22, best * 1.5, 3);
    addBudget(rows, 1e23, TRUE.optimal(1e23).parameters() / 16, 3);
    addBudget(rows, 1e24, TRUE.optimal(1e24).parameters(), 2);
    IsoFlop fit = IsoFlop.of(Observations.of(rows), TOLERANCE);
    assertEquals(12, fit.budgets().size());
    assertEquals("the minimum is below the smallest size", fit.budgets().get(9).problem());
    assertEquals("the minimum is above the largest size", fit.budgets().get(10).problem());
    assertEquals("2 sizes: expected at least 3", fit.budgets().get(11).problem());
    assertEquals(0.45161, fit.frontier().a(), 5e-6);
    Caveat caveat = Caveats.of(fit).orElseThrow();
    assertEquals(Caveat.Kind.BUDGETS_LEFT_OUT, caveat.kind());
    assertEquals(8, caveat.rows().size());
    assertTrue(caveat.message().startsWith("3 of 12 budgets left out"), caveat.message());
  }

  @Test
  void rowsWithinTheToleranceAreOneBudget() {
    List<Observation> rows = new ArrayList<>();
    for (Observation row : MadeRows.isoFlops(TRUE, 4)) {
      double tokens = row.tokens() * (1 + 0.02 * (row.row() % 3 - 1));
      rows.add(
          new Observation(
              row.row(), row.parameters(), tokens, TRUE.loss(row.parameters(), tokens)));
    }
    assertEquals(9, IsoFlop.of(Observations.of(rows), 0.05).budgets().size());
    assertEquals(27, IsoFlop.of(Observations.of(rows), 0.005).budgets().size());
  }

  @Test
  void intervalsHoldTheTruthWhereThereIsNoise() {
    List<Observation> rows = new ArrayList<>();
    Random random = new Random(3);
    for (Observation row : MadeRows.isoFlops(TRUE, 4)) {
      double loss = row.loss() * Math.exp(0.002 * random.nextGaussian());
      rows.add(new Observation(row.row(), row.parameters(), row.tokens(), loss));
    }
    Observations data = Observations.of(rows);
    Spread a = IsoFlop.bootstrap(data, TOLERANCE, 300, 1, Pieces.IN_TURN).spread(Frontier::a);
    assertTrue(a.low() < TRUE.a() && TRUE.a() < a.high(), a.toString());
    assertTrue(a.standardError() > 0.001 && a.standardError() < 0.05, a.toString());
  }

  @Test
  void refusesRowsWithoutTwoMinima() {
    List<Observation> rows = new ArrayList<>();
    addBudget(rows, 1e20, TRUE.optimal(1e20).parameters() / 2, 5);
    FitException wrong =
        assertThrows(FitException.class, () -> IsoFlop.of(Observations.of(rows), TOLERANCE));
    assertEquals(
        "flops: 1 of 1 budgets have a minimum among their sizes: expected at least 2",
        wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> IsoFlop.of(Observations.of(rows), Double.NaN));
  }

  private static void addBudget(List<Observation> rows, double flops, double smallest, int sizes) {
    for (int i = 0; i < sizes; i++) {
      double parameters = smallest * Math.pow(1.5, i);
      double tokens = flops / (6 * parameters);
      rows.add(new Observation(rows.size() + 1, parameters, tokens, TRUE.loss(parameters, tokens)));
    }
  }
}
