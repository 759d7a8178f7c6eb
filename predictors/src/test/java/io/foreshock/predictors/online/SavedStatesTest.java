// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Segment;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saves {@link SavedRun} and continues it in another watch. */
class SavedStatesTest {
  private static final long SECOND = 1_000_000_000L;
  private final Lines fed = SavedRun.fed();
  private final Lines lines = Lines.of("r");

  @Test
  void everyPartOfASavedStateIsReadAsItWasMeant() {
    lines.restore(fed.save());
    assertEquals(2, lines.watch.config().number(ConfigField.LAYERS).orElseThrow());
    assertEquals(
        List.of(
            new Segment(0, -1, 0, 90, SECOND, false),
            new Segment(1, 0, 80, SavedRun.STEPS, 91 * SECOND, true)),
        lines.watch.segments());
    assertTrue(isOpen(lines, AlarmKind.LOSS_SPIKE));
    assertTrue(fed.watch.openIncidents().size() > 2);
    assertEquals(fed.watch.openIncidents().toString(), lines.watch.openIncidents().toString());
    assertEquals(
        SavedRun.preflight().crossings(), lines.watch.preflight().orElseThrow().crossings());
    assertEquals(Preflight.Verdict.UNSTABLE, lines.watch.preflight().orElseThrow().verdict());
    assertEquals(
        SavedRun.preflight().bands().get(0).signal(),
        lines.watch.preflight().orElseThrow().bands().get(0).signal());
  }

  /** Rewinding feeds the saved samples again: they must be of the same signals. */
  @Test
  void aRestoredRunCanBeRolledBack() {
    lines.restore(fed.save());
    lines.feed("train_step,run=r step=151i,loss=2.2 " + 200 * SECOND);
    assertEquals(2, lines.watch.liveSegment());
    assertFalse(isOpen(lines, AlarmKind.LOSS_SPIKE), "the loss of step 150 was sound");
    lines.feed("train_step,run=r step=152i,loss=50 " + 201 * SECOND);
    lines.feed("train_step,run=r step=153i,loss=50 " + 202 * SECOND);
    assertTrue(isOpen(lines, AlarmKind.LOSS_SPIKE), "judged by the losses before");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void aStateOfAnotherVersionIsRefused(long later) {
    byte[] saved = fed.save();
    ByteBuffer.wrap(saved).putLong(RunWatch.STATE_VERSION + later);
    assertEquals(
        "state version = %d: expected %d"
            .formatted(RunWatch.STATE_VERSION + later, RunWatch.STATE_VERSION),
        assertThrows(IllegalArgumentException.class, () -> lines.restore(saved)).getMessage());
  }

  private static boolean isOpen(Lines lines, AlarmKind kind) {
    return lines.watch.openIncidents().stream().anyMatch(a -> a.verdict().kind() == kind);
  }
}
