// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LossSurfaceTest {
  private static final LossSurface SURFACE = MadeRows.BESIROGLU;

  @Test
  void allocatesChinchillasBudgetAsEquation4Says() {
    // papers.md §8 item 2, Besiroglu's estimates
    Allocation best = SURFACE.optimal(5.76e23);
    assertEquals(7.225e10, best.parameters(), 0.01e10);
    assertEquals(1.329e12, best.tokens(), 0.002e12);
    assertEquals(18.39, best.tokensPerParameter(), 0.03);
  }

  @Test
  void allocatesASmallerBudgetAsEquation4Says() {
    Allocation best = SURFACE.optimal(1e21);
    assertEquals(2.778e9, best.parameters(), 0.003e9);
    assertEquals(5.999e10, best.tokens(), 0.006e10);
  }

  @Test
  void spendsTheWholeBudgetWhereNoOtherSizeIsBetter() {
    Allocation best = SURFACE.optimal(1e20);
    assertEquals(1e20, 6 * best.parameters() * best.tokens(), 1e9);
    double loss = SURFACE.loss(best.parameters(), best.tokens());
    for (double factor : new double[] {0.9, 0.99, 1.01, 1.1}) {
      assertTrue(SURFACE.loss(best.parameters() * factor, best.tokens() / factor) > loss);
    }
  }

  @Test
  void itsExponentsAreThoseOfItsAllocations() {
    double factor = SURFACE.optimal(1e22).parameters() / SURFACE.optimal(1e21).parameters();
    assertEquals(SURFACE.a(), Math.log10(factor), 1e-12);
    assertEquals(1, SURFACE.a() + SURFACE.b(), 1e-15);
  }

  @Test
  void refusesWhatIsNoSurface() {
    assertEquals(
        "alpha = 0.0: expected a finite value above 0",
        assertThrows(IllegalArgumentException.class, () -> new LossSurface(1, 1, 1, 0, 0.3))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new LossSurface(-1, 1, 1, 0.3, 0.3));
    assertThrows(IllegalArgumentException.class, () -> new LossSurface(1, Double.NaN, 1, 0.3, 0.3));
    assertEquals(
        "budget = -1.0: expected FLOPs, above 0",
        assertThrows(IllegalArgumentException.class, () -> SURFACE.optimal(-1)).getMessage());
  }
}
