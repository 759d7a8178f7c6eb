// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what earlier versions saved of {@link SavedRun}, and what this one does. */
class SavedStatesTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(strings = {"version-3", "version-4"})
  void aSavedStateIsReadAsItWasMeant(String name) throws IOException {
    Lines lines = Lines.of("r");
    lines.restore(saved(name));
    assertEquals(2, lines.watch.config().number(ConfigField.LAYERS).orElseThrow());
    assertEquals(
        List.of(
            new Segment(0, -1, 0, 90, SECOND, false),
            new Segment(1, 0, 80, SavedRun.STEPS, 91 * SECOND, true)),
        lines.watch.segments());
    assertEquals(
        List.of(
            "OPEN WARNING GRADIENT_SPIKE of GRAD_NORM in null",
            "UPDATE WARNING UPDATE_SPIKE of RMS_RATIO in 0",
            "UPDATE CRITICAL LOSS_SPIKE of LOSS in null",
            "UPDATE CRITICAL NONFINITE of GRAD_NORM in null",
            "UPDATE INFO FORECAST_DIVERGENCE of null in null"),
        lines.watch.openIncidents().stream().map(SavedStatesTest::text).toList());
    assertEquals(
        SavedRun.preflight().crossings(), lines.watch.preflight().orElseThrow().crossings());
    assertEquals(Preflight.Verdict.UNSTABLE, lines.watch.preflight().orElseThrow().verdict());
    assertEquals(
        SavedRun.preflight().bands().get(0).signal(),
        lines.watch.preflight().orElseThrow().bands().get(0).signal());
  }

  /** Rewinding feeds the saved samples again: they must be of the same signals. */
  @ParameterizedTest
  @ValueSource(strings = {"version-3", "version-4"})
  void aRestoredRunCanBeRolledBack(String name) throws IOException {
    Lines lines = Lines.of("r");
    lines.restore(saved(name));
    lines.feed("train_step,run=r step=151i,loss=2.2 " + 200 * SECOND);
    assertEquals(2, lines.watch.liveSegment());
    assertFalse(isOpen(lines, AlarmKind.LOSS_SPIKE), "the loss of step 150 was sound");
    lines.feed("train_step,run=r step=152i,loss=50 " + 201 * SECOND);
    lines.feed("train_step,run=r step=153i,loss=50 " + 202 * SECOND);
    assertTrue(isOpen(lines, AlarmKind.LOSS_SPIKE), "judged by the losses before");
  }

  private static boolean isOpen(Lines lines, AlarmKind kind) {
    return lines.watch.openIncidents().stream().anyMatch(a -> a.verdict().kind() == kind);
  }

  private static String text(Alarm alarm) {
    Verdict verdict = alarm.verdict();
    Verdict.Where where = verdict.where();
    return "%s %s %s of %s in %s"
        .formatted(
            alarm.state(), verdict.severity(), verdict.kind(), where.signal(), where.layer());
  }

  private static byte[] saved(String name) throws IOException {
    try (InputStream in = SavedStatesTest.class.getResourceAsStream("/state/" + name + ".bin.gz")) {
      return new GZIPInputStream(in).readAllBytes();
    }
  }
}
