// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class SignalFilterTest {
  private final SignalFilter filter = new SignalFilter(EnumSet.of(Signal.LOSS, Signal.GRAD_NORM));

  @Test
  void onlyWantedSignalsAreLeft() {
    Sample line =
        Sample.ofStep(7, 9).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 3).set(Signal.LOG_Z_MEAN, 4);
    Sample kept = filter.apply(line.inSegment(1));
    assertEquals(2, kept.get(Signal.LOSS));
    assertEquals(3, kept.get(Signal.GRAD_NORM));
    assertFalse(kept.has(Signal.LOG_Z_MEAN));
    assertEquals(7, kept.step());
    assertEquals(9, kept.timeNanos());
    assertEquals(1, kept.segment());
  }

  @Test
  void layersWithoutAWantedSignalAreHidden() {
    Sample layer = Sample.ofLayer("0", 2, 7, 9).set(Signal.ATTENTION_LOGIT_MAX, 50);
    assertNull(filter.apply(layer));
    Sample kept = new SignalFilter(SignalFilter.parse("loss,attention_logit_max")).apply(layer);
    assertEquals(50, kept.get(Signal.ATTENTION_LOGIT_MAX));
    assertEquals("0", kept.layer());
    assertEquals(2, kept.head());
  }

  @Test
  void aLineWithNothingButItsStepIsKept() {
    assertEquals(5, filter.apply(Sample.ofStep(5, 5)).step());
    assertNull(filter.apply(Sample.ofStep(6, 6).set(Signal.LOG_Z_MEAN, 4)));
  }

  @Test
  void aWantedSignalThatWasSentAsNaNIsStillKnownToBe() {
    Sample line = Sample.ofStep(1, 1).set(Signal.LOSS, Double.NaN);
    assertTrue(filter.apply(line.set(Signal.LOG_Z_MEAN, Double.NaN)).isBroken(Signal.LOSS));
    assertFalse(filter.apply(line).isBroken(Signal.LOG_Z_MEAN));
    assertEquals(1, filter.apply(line).nonfinite());
  }

  @Test
  void nonFiniteIsKeptForWantedSignalsThatTheRunSentBefore() {
    Sample lost = Sample.ofStep(2, 2).addNonfinite(5);
    assertNull(filter.apply(lost)); // nothing wanted was ever sent
    filter.apply(Sample.ofStep(1, 1).set(Signal.LOSS, 2));
    assertEquals(1, filter.apply(lost).nonfinite());
    Sample elsewhere = Sample.ofStep(3, 3).set(Signal.LOSS, 2).addNonfinite(5);
    assertEquals(0, filter.apply(elsewhere).nonfinite());
  }

  @Test
  void namesAreChecked() {
    assertEquals(
        EnumSet.of(Signal.UPDATE_RMS, Signal.LAYER_UPDATE_RMS, Signal.LOSS),
        SignalFilter.parse("update_rms, loss"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> SignalFilter.parse("loss,lr"))
            .getMessage();
    assertTrue(
        message.startsWith("'lr': expected a comma-separated list of attention_entropy, "),
        message);
    assertThrows(IllegalArgumentException.class, () -> SignalFilter.parse(""));
  }
}
