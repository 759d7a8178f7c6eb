// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DemoOutcomeTest {
  private static final OptionalLong NEVER = OptionalLong.empty();

  private final RunResult healthy = run("healthy", 400, 2.0, NEVER, NEVER);
  private final RunResult unwatched =
      run("unwatched", 400, 3.0, OptionalLong.of(100), OptionalLong.of(180));

  @Test
  void savedRunHasNoShortcomings() {
    assertEquals(List.of(), outcome(run("watched", 400, 2.1, OptionalLong.of(100), NEVER)));
  }

  @Test
  void warningAtTheOnsetIsTooLate() {
    assertEquals(
        List.of("the warning at step 180 did not precede the onset at step 180"),
        outcome(run("watched", 400, 2.1, OptionalLong.of(180), NEVER)));
  }

  @Test
  void lossElevenPercentAboveTheHealthyOneIsAFailure() {
    assertEquals(
        List.of("the watched run ended 11.0 % above the healthy run's loss"),
        outcome(run("watched", 400, 2.22, OptionalLong.of(100), NEVER)));
  }

  @Test
  void lossThatIsNotANumberIsAFailure() {
    assertEquals(1, outcome(run("watched", 400, Double.NaN, OptionalLong.of(100), NEVER)).size());
  }

  @Test
  void missingWarningAndMissingStepsAreReported() {
    assertEquals(
        List.of(
            "no alarm warned about the watched run", "the watched run ended at step 300 of 400"),
        outcome(run("watched", 300, 2.0, NEVER, NEVER)));
  }

  @Test
  void nothingToForeseeIsNoSuccess() {
    RunResult tame = run("unwatched", 400, 2.0, NEVER, NEVER);
    RunResult watched = run("watched", 400, 2.0, OptionalLong.of(100), NEVER);
    assertEquals(
        List.of("the unwatched run never diverged, so there was nothing to predict"),
        new DemoOutcome(healthy, tame, watched, 400).shortcomings());
  }

  private List<String> outcome(RunResult watched) {
    return new DemoOutcome(healthy, unwatched, watched, 400).shortcomings();
  }

  private static RunResult run(
      String name, long steps, double loss, OptionalLong warning, OptionalLong onset) {
    return new RunResult(name, steps, loss, warning, onset, List.of());
  }
}
