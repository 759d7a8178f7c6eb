// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  @Test
  void interpolatesBetweenValues() {
    assertEquals(
        new Quantiles(5, 20, 30, 40, 48), Quantiles.of(List.of(50.0, 10.0, 40.0, 20.0, 30.0)));
    assertEquals(1.75, Quantiles.of(List.of(1.0, 2.0, 3.0, 4.0)).quarter());
  }

  @Test
  void ofNoValues_isNaN() {
    assertTrue(Double.isNaN(Quantiles.of(List.of()).median()));
  }
}
