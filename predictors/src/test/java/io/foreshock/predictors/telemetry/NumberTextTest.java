// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class NumberTextTest {
  @Test
  void aDecimalNumberIsReadAsTheJdkReadsIt() {
    for (String text :
        List.of("4.94", " 1e-05 ", "-0", ".5", "5.", "+3", "1E308", "12345678901234567890")) {
      assertEquals(Double.valueOf(text.strip()), NumberText.of(text), text);
    }
  }

  @Test
  void nanAndInfinityAreReadAsProgramsPrintThem() {
    for (String text :
        List.of("nan", "NaN", "-nan", "1.#QNAN", "-1.#IND", "1.#QNAN0", "-nan(ind)")) {
      assertEquals(Double.NaN, NumberText.of(text), text);
    }
    for (String text : List.of("inf", "+Infinity", "INF", "1.#INF", "1.#INF00", "float('inf')")) {
      assertEquals(Double.POSITIVE_INFINITY, NumberText.of(text), text);
    }
    for (String text : List.of("-inf", "-1.#INF", "float(\"-inf\")")) {
      assertEquals(Double.NEGATIVE_INFINITY, NumberText.of(text), text);
    }
    assertEquals(2.5, NumberText.of("np.float64(2.5)"));
  }

  @Test
  void anyOtherTextIsNoNumber() {
    for (String text :
        List.of("", " ", "-", ".", "1d", "0x1p3", "1,5", "1.#", "float()", "float(())", "none")) {
      assertNull(NumberText.of(text), text);
    }
  }
}
