// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawTest {
  private static final Map<String, Integer> WEIGHTS = new LinkedHashMap<>();

  static {
    WEIGHTS.put("a", 3);
    WEIGHTS.put("b", 1);
    WEIGHTS.put("c", 1);
  }

  @Test
  void dealsByWeightWhateverTheSeed() {
    for (long seed = 0; seed < 100; seed++) {
      List<String> dealt = new Draw(seed).deal(20, WEIGHTS);
      assertEquals(20, dealt.size());
      assertEquals(12, Collections.frequency(dealt, "a"), 1);
      assertEquals(4, Collections.frequency(dealt, "b"), 1);
      assertEquals(4, Collections.frequency(dealt, "c"), 1);
    }
  }

  @Test
  void whatIsTooRareForEveryDealIsInSomeOfThem() {
    List<String> dealt =
        IntStream.range(0, 500)
            .boxed()
            .flatMap(i -> new Draw(i).deal(1, WEIGHTS).stream())
            .toList();
    assertEquals(300, Collections.frequency(dealt, "a"), 60);
    assertTrue(dealt.contains("b") && dealt.contains("c"));
  }

  @Test
  void staysWithinItsBounds() {
    Draw draw = new Draw(1);
    for (int i = 0; i < 1000; i++) {
      int integer = draw.integer(3, 5);
      assertTrue(integer >= 3 && integer <= 5);
      double rate = draw.logUniform(1e-3, 10);
      assertTrue(rate >= 1e-3 && rate < 10);
    }
  }
}
