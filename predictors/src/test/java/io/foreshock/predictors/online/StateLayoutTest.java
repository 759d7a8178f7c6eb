// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.TrendSignal;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Pins which types the state of a run saves, in order, to its version number. A layout that changes
 * under the same number would be read wrongly from the snapshots of a monitor before its update.
 */
class StateLayoutTest {
  private static final String FILE = "/state/layout.txt";
  private static final RunConfig CONFIG =
      new RunConfig(
          new TreeMap<>(Map.of("optimizer", "adamw", "adam_epsilon", 1e-8, "layers", 1L)));

  /** Of steps that the run does not reach: nothing is off its trend. */
  private static final Preflight EXPECTED =
      new Preflight(
          Preflight.Verdict.STABLE,
          0.05,
          0.01,
          false,
          List.of(new ExpectedCrossing(TrendSignal.LOSS, 1, 5000)),
          new Basis(9, 9, 2, 1e5, 1e6, 1e-4, 1e-1, 0, 0),
          List.of(
              new Band(
                  TrendSignal.LOSS,
                  new long[] {1000, 2000},
                  new double[] {3, 3},
                  new double[] {2, 2})),
          List.of("a caveat"));

  @Test
  void theLayoutIsThatOfItsVersion() throws IOException {
    String now = layout();
    assertEquals(
        pinned(),
        now,
        """
        The layout of the saved state changed. If that is meant:
        1. raise RunWatch.STATE_VERSION, unless you have already: states of the version before
           are then refused, and the detectors start anew;
        2. replace src/test/resources%s by:

        %s
        """
            .formatted(FILE, now));
  }

  private static String layout() {
    SteadyRun run = new SteadyRun(1, 40, 0);
    run.fill(0);
    StringBuilder text = new StringBuilder();
    text.append("version ").append(RunWatch.STATE_VERSION).append('\n');
    text.append("RunWatch ").append(ofWatch(run)).append('\n');
    DetectorBank bank = new DetectorBank(200, new Forecaster(200, DivergenceModel.shipped()));
    bank.configure(CONFIG);
    run.samples().forEach(sample -> bank.update(sample, verdict -> {}));
    for (Detector detector : bank.all()) {
      StateLayout layout = new StateLayout();
      detector.exchange(layout);
      text.append(detector.getClass().getSimpleName()).append(' ').append(layout).append('\n');
    }
    // a summary's milestones are saved in this order, without the names
    text.append("TrendSignal ").append(Arrays.toString(TrendSignal.values())).append('\n');
    return text.toString();
  }

  /** A watch with something in every part of its state. */
  private static StateLayout ofWatch(SteadyRun run) {
    RunWatch watch = new RunWatch("r", 200);
    watch.resume(CONFIG, EXPECTED, List.of(), 0, Double.NaN, null, List.of());
    for (Sample sample : run.samples()) {
      watch.accept(sample, alarm -> {});
    }
    Verdict verdict =
        new Verdict(
            AlarmKind.COMMAND_UNANSWERED,
            Severity.INFO,
            Verdict.Where.NO_SIGNAL,
            Verdict.Measured.NOTHING,
            Verdict.Eta.UNKNOWN,
            Double.NaN,
            "made",
            Map.of("evidence", 1L));
    watch.raise(verdict, 1, 1, alarm -> {});
    StateLayout layout = new StateLayout();
    watch.exchange(layout);
    return layout;
  }

  private static String pinned() throws IOException {
    try (InputStream in = StateLayoutTest.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
