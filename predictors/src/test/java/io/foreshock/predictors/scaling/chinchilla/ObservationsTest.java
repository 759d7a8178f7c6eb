// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObservationsTest {
  @Test
  void namesRowAndColumnOfWhatIsNoMeasurement() {
    refused("loss", () -> new Observation(7, 1e6, 1e9, -1));
    refused("loss", () -> new Observation(7, 1e6, 1e9, 0));
    refused("loss", () -> new Observation(7, 1e6, 1e9, Double.NaN));
    refused("loss", () -> new Observation(7, 1e6, 1e9, Double.POSITIVE_INFINITY));
    refused("loss", () -> new Observation(7, 1e6, 1e9, 101));
    refused("tokens", () -> new Observation(7, 1e6, 0.5, 3));
    refused("tokens", () -> new Observation(7, 1e6, 1e19, 3));
    refused("tokens", () -> new Observation(7, 1e6, Double.NaN, 3));
    refused("parameters", () -> new Observation(7, 0.07, 1e9, 3));
    refused("parameters", () -> new Observation(7, 1e17, 1e9, 3));
    refused("schedule_tokens", () -> new Observation(7, 1e6, 1e9, 3, 0));
  }

  @Test
  void namesWhatWasExpected() {
    FitException wrong = assertThrows(FitException.class, () -> new Observation(7, 1e6, 1e9, 101));
    assertEquals(
        "row 7, loss = 101.0: expected nats per token, above 0 and at most 100",
        wrong.getMessage());
  }

  @Test
  void flopsAreSixTimesParametersTimesTokens() {
    assertEquals(1.2e17, new Observation(1, 1e7, 2e9, 3).flops(), 1);
  }

  @Test
  void refusesACopyOfARowButNotASecondSeed() {
    Observation row = new Observation(2, 1e6, 1e9, 3);
    Observation seed = new Observation(3, 1e6, 1e9, 3.01);
    Observation copy = new Observation(4, 1e6, 1e9, 3);
    assertEquals(2, Observations.of(List.of(row, seed)).size());
    FitException wrong =
        assertThrows(FitException.class, () -> Observations.of(List.of(row, seed, copy)));
    assertEquals(4, wrong.row());
    assertEquals(
        "row 4, parameters, tokens, loss: a copy of row 2: expected one", wrong.getMessage());
  }

  @Test
  void leavesOutTheHighestLossesAndKeepsTheOrder() {
    Observations rows =
        Observations.of(
            List.of(
                new Observation(2, 1e6, 1e9, 5),
                new Observation(3, 2e6, 1e9, 3),
                new Observation(4, 3e6, 1e9, 4),
                new Observation(5, 4e6, 1e9, 2)));
    assertEquals(
        List.of(3, 5), rows.withoutHighest(2).rows().stream().map(Observation::row).toList());
    assertThrows(IllegalArgumentException.class, () -> rows.withoutHighest(5));
  }

  @Test
  void keepsTheBestOfSeveralRunsOfOneSizeAndLength() {
    Observations rows =
        Observations.of(
            List.of(
                new Observation(2, 1e6, 1e9, 5),
                new Observation(3, 1e6, 2e9, 3),
                new Observation(4, 1e6, 1e9, 4),
                new Observation(5, 1e6, 1e9, 6)));
    assertEquals(List.of(3, 4), rows.best().rows().stream().map(Observation::row).toList());
  }

  private static void refused(String column, Runnable made) {
    FitException wrong = assertThrows(FitException.class, made::run);
    assertEquals(7, wrong.row());
    assertEquals(column, wrong.column());
  }
}
