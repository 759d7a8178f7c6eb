// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleLogTest {
  /** As if another program had saved it, in which these two signals had changed places. */
  @Test
  void samplesOfAnotherOrderOfSignalsAreReadAsTheSameSignals() {
    SampleLog log = new SampleLog();
    for (int step = 1; step <= 3; step++) {
      log.add(
          Sample.ofStep(step, step)
              .set(Signal.LOSS, 10 + step)
              .set(Signal.BATCH, 20 + step)
              .set(Signal.GRAD_NORM, 30 + step));
      log.add(Sample.ofLayer("0", 2, step, step).set(Signal.GRAD_RMS, 40 + step));
    }
    State.InMemory saved = State.saving(1024);
    log.exchange(saved);

    SampleLog restored = new SampleLog();
    restored.exchange(new Swapped(State.restoring(saved.toByteArray())));

    List<Sample> samples = restored.cut(0, 9);
    assertEquals(6, samples.size());
    for (int i = 0; i < 3; i++) {
      Sample step = samples.get(2 * i);
      assertEquals(11 + i, step.get(Signal.GRAD_NORM));
      assertEquals(21 + i, step.get(Signal.BATCH));
      assertEquals(31 + i, step.get(Signal.LOSS));
      assertEquals(41 + i, samples.get(2 * i + 1).get(Signal.GRAD_RMS));
      assertEquals(2, samples.get(2 * i + 1).head());
    }
  }

  @Test
  void whatWasSentAsNaNIsStillKnownToBe() {
    SampleLog log = new SampleLog();
    log.add(Sample.ofStep(1, 1).set(Signal.LOSS, Double.NaN).set(Signal.GRAD_NORM, 3));
    log.add(Sample.ofStep(2, 2).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, Double.NaN));
    log.add(Sample.ofStep(3, 3).set(Signal.LEARNING_RATE, 1e-3).addNonfinite(1L << 60));
    List<Sample> samples = log.cut(0, 9);
    assertTrue(samples.get(0).isBroken(Signal.LOSS) && !samples.get(0).isBroken(Signal.GRAD_NORM));
    assertTrue(samples.get(1).isBroken(Signal.GRAD_NORM) && !samples.get(1).isBroken(Signal.LOSS));
    assertFalse(samples.get(2).isBroken(Signal.LOSS), "it was left out");
    assertEquals(1, samples.get(1).nonfinite());
    assertTrue(samples.get(2).nonfinite() > 1L << 40, "huge counts are limited, not wrong");
  }

  /** Reads the name of one signal for the other. */
  private static final class Swapped extends State {
    private final State state;

    Swapped(State state) {
      this.state = state;
    }

    @Override
    public String text(String current) {
      String text = state.text(current);
      return "LOSS".equals(text) ? "GRAD_NORM" : "GRAD_NORM".equals(text) ? "LOSS" : text;
    }

    @Override
    public long integer(long current) {
      return state.integer(current);
    }

    @Override
    public double real(double current) {
      return state.real(current);
    }

    @Override
    public byte[] bytes(byte[] current) {
      return state.bytes(current);
    }

    @Override
    public boolean restoring() {
      return true;
    }
  }
}
