// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.RunConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsualRateTest {
  @Test
  void fallsWithTheWidthOfAnAdamModel() {
    assertEquals(1e-3, of(Map.of("optimizer", "adamw", "width", 500L)), 1e-12);
    assertEquals(5e-4, of(Map.of("optimizer", "AdamW", "width", 1000L)), 1e-12);
  }

  @Test
  void isLowerForLionAndAnotherForSgd() {
    assertEquals(1e-4, of(Map.of("optimizer", "Lion", "width", 500L)), 1e-12);
    assertEquals(0.1, of(Map.of("optimizer", "SGD")), 1e-12);
    assertEquals(0.1, of(Map.of("optimizer", "sgd", "width", 500L)), 1e-12);
  }

  @Test
  void isHigherWithNormalizedQueriesAndKeys() {
    assertEquals(1e-2, of(Map.of("width", 500L, "qk_layernorm", true)), 1e-12);
    assertEquals(1e-3, of(Map.of("width", 500L, "qk_layernorm", false)), 1e-12);
  }

  @Test
  void anOptimizerNotNamedIsAdam_andWithoutWidthNothingIsKnown() {
    assertEquals(1e-3, of(Map.of("width", 500L)), 1e-12);
    assertEquals(Double.NaN, of(Map.of("optimizer", "adamw")));
    assertEquals(Double.NaN, UsualRate.of(RunConfig.EMPTY));
  }

  @Test
  void isNotKnownOfOtherOptimizersNorWithMuParam() {
    for (String other : List.of("muon", "adafactor", "shampoo")) {
      assertEquals(Double.NaN, of(Map.of("optimizer", other, "width", 768L)), other);
    }
    assertEquals(1e-3, of(Map.of("optimizer", "FusedAdam", "width", 500L)), 1e-12);
    assertEquals(Double.NaN, of(Map.of("mu_param", "simple", "width", 500L)));
    assertEquals(1e-3, of(Map.of("mu_param", "none", "width", 500L)), 1e-12);
  }

  private static double of(Map<String, Object> fields) {
    return UsualRate.of(new RunConfig(fields));
  }
}
