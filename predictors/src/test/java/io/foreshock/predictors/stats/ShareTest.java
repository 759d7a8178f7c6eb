// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShareTest {
  /** Values of R's {@code prop.test(x, n, correct = FALSE)}. */
  @Test
  void intervalIsWilsons() {
    assertEquals(0.1518, new Share(5, 15).low(), 1e-4);
    assertEquals(0.5829, new Share(5, 15).high(), 1e-4);
    assertEquals(0.7961, new Share(15, 15).low(), 1e-4);
    assertEquals(1, new Share(15, 15).high());
    assertEquals(0, new Share(0, 10).low());
    assertEquals(0.2775, new Share(0, 10).high(), 1e-4);
  }

  @Test
  void ofNoneNothingIsKnown() {
    assertTrue(Double.isNaN(new Share(0, 0).value()));
    assertEquals(0, new Share(0, 0).low());
    assertEquals(1, new Share(0, 0).high());
  }
}
