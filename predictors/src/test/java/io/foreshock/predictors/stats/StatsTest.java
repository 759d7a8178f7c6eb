// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.telemetry.Measurement;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatsTest {
  @Test
  void medianIsThatOfTheSortedRange() {
    Random random = new Random(11);
    for (int n = 1; n < 80; n++) {
      double[] values = new double[n + 2];
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.rint(random.nextGaussian() * 4);
      }
      double[] sorted = Arrays.copyOfRange(values, 1, n + 1);
      Arrays.sort(sorted);
      double expected = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      assertEquals(expected, Medians.of(values, 1, n + 1), 1e-12, "n = " + n);
    }
    assertTrue(Double.isNaN(Medians.of(new double[0], 0, 0)));
  }

  @Test
  void windowForgetsTheOldest() {
    Window window = new Window(3);
    for (int i = 1; i <= 5; i++) {
      window.add(10L * i, i);
    }
    assertEquals(3, window.size());
    assertEquals(30, window.step(0));
    assertEquals(5, window.value(2));
    assertEquals(20, window.span());
  }

  @Test
  void windowKeepsWhatAFloatCannotHoldFiniteAndStepsExact() {
    Window window = new Window(3);
    window.add(1L << 52, 1e300);
    window.add((1L << 52) + 1, -1e300);
    assertEquals(Float.MAX_VALUE, window.value(0));
    assertEquals(-Float.MAX_VALUE, window.value(1));
    assertEquals((1L << 52) + 1, window.step(1));
    window.add((1L << 52) + (1L << 31), 7);
    assertEquals(1, window.size(), "what lies further apart than an int is forgotten");
    assertEquals(7, window.value(0));
  }

  @Test
  void stateIsSavedAsADataOutputWritesIt() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(written);
    out.writeLong(-5);
    out.writeDouble(Double.NaN);
    out.writeBoolean(true);
    out.writeUTF("a layer's name, ε");
    out.writeBoolean(false);
    out.writeInt(100);
    out.write(new byte[100]);
    out.writeDouble(1);
    out.writeDouble(2);
    out.writeLong(1);
    State.InMemory kept = State.saving(1);
    kept.integer(-5);
    kept.real(Double.NaN);
    kept.text("a layer's name, ε");
    kept.text(null);
    kept.bytes(new byte[100]);
    kept.reals(new double[] {1, 2});
    kept.flag(true);
    assertArrayEquals(written.toByteArray(), kept.toByteArray());
  }

  @Test
  void enumValuesAreSavedByName() {
    State.InMemory saved = State.saving(1);
    saved.constant(Measurement.class, Measurement.TRAIN_LAYER);
    saved.constant(Measurement.class, null);
    saved.order(Measurement.class);
    State read = State.restoring(saved.toByteArray());
    assertEquals(Measurement.TRAIN_LAYER, read.constant(Measurement.class, null));
    assertNull(read.constant(Measurement.class, null));
    assertEquals(List.of(Measurement.values()), read.order(Measurement.class));

    State.InMemory unknown = State.saving(1);
    unknown.text("TRAIN_NOTHING");
    State other = State.restoring(unknown.toByteArray());
    assertThrows(IllegalArgumentException.class, () -> other.constant(Measurement.class, null));
  }

  @Test
  void stateReadFromMemoryIsWhatWasSaved_andAPartOfItIsRefused() {
    State.InMemory saved = State.saving(1);
    saved.integer(-5);
    saved.text("a layer's name, ε");
    saved.text(null);
    saved.bytes(new byte[] {1, 2});
    saved.real(Double.NaN);
    byte[] bytes = saved.toByteArray();
    State read = State.restoring(bytes);
    assertEquals(-5, read.integer(0));
    assertEquals("a layer's name, ε", read.text(""));
    assertNull(read.text(""));
    assertArrayEquals(new byte[] {1, 2}, read.bytes(new byte[0]));
    assertEquals(Double.NaN, read.real(0));
    for (int length = 0; length < bytes.length; length++) {
      State part = State.restoring(Arrays.copyOf(bytes, length));
      assertThrows(
          UncheckedIOException.class,
          () -> {
            part.integer(0);
            part.text("");
            part.text("");
            part.bytes(new byte[0]);
            part.real(0);
          });
    }
  }

  @Test
  void baselineFollowsALineWhateverOutliersSay() {
    for (int spacing : new int[] {1, 10, 100}) {
      ResistantBaseline baseline = new ResistantBaseline(64, 0, 1e-9);
      Random random = new Random(5);
      for (int i = 0; i < 204; i++) { // the last one is fitted
        double value = 5 - 0.01 * i + 0.1 * random.nextGaussian();
        baseline.accept((long) i * spacing, i % 8 == 0 ? 1000 : value);
      }
      assertEquals(5 - 0.01 * 203, baseline.expected(), 0.15);
      assertEquals(-0.01 / spacing, baseline.slope(), 0.003 / spacing);
    }
  }

  @Test
  void baselineEstimatesTheSpread() {
    ResistantBaseline baseline = new ResistantBaseline(64, 0, 1e-9);
    Random random = new Random(6);
    double sum = 0;
    for (int i = 0; i < 4000; i++) {
      baseline.accept(i, 3 + 0.2 * random.nextGaussian());
      sum += i >= 64 ? baseline.scale() : 0;
    }
    assertEquals(0.2, sum / (4000 - 64), 0.02);
  }

  @Test
  void baselineOfAConstantHasTheFloorForScale() {
    ResistantBaseline baseline = new ResistantBaseline(64, 0.01, 1e-9);
    assertFalse(baseline.ready());
    for (int i = 0; i < 100; i++) {
      baseline.accept(i, 4);
    }
    assertEquals(0.04, baseline.scale(), 1e-12);
    assertEquals(2.5, baseline.score(4.1), 1e-9);
    baseline.restart();
    assertFalse(baseline.ready());
  }

  @Test
  void trendIsExactOnALineAtIrregularSteps() {
    Window window = new Window(64);
    long step = 1;
    for (int i = 0; i < 50; i++) {
      step += 1 + (i * 7) % 13;
      window.add(step, 2 + 0.5 * step);
    }
    Trend trend = new Trend().fit(window, 0, 50);
    assertEquals(0.5, trend.slope(), 1e-12);
    assertEquals(2 + 0.5 * step, trend.end(), 1e-9);
    assertTrue(trend.slopeError() < 1e-9);
  }

  @Test
  void trendTellsTheHalvesOfABend() {
    Window window = new Window(64);
    for (int i = 0; i < 64; i++) {
      window.add(3L * i, i < 32 ? 0 : 0.25 * 3 * (i - 31));
    }
    Trend trend = new Trend().fit(window, 0, 64);
    assertEquals(0, trend.olderSlope(), 1e-12);
    assertEquals(0.25, trend.newerSlope(), 1e-6);
    assertTrue(trend.slope() > 0.1 && trend.slope() < 0.2);
  }

  @Test
  void slopeErrorCoversTheScatterOfSlopes() {
    Random random = new Random(8);
    double squares = 0;
    double errors = 0;
    for (int run = 0; run < 400; run++) {
      Window window = new Window(64);
      for (int i = 0; i < 64; i++) {
        window.add(i, 0.02 * i + random.nextGaussian());
      }
      Trend trend = new Trend().fit(window, 0, 64);
      squares += (trend.slope() - 0.02) * (trend.slope() - 0.02);
      errors += trend.slopeError();
    }
    double ratio = errors / 400 / Math.sqrt(squares / 400);
    // Huber's clipping of residuals takes some off the error, the correlation factor adds some
    assertTrue(ratio > 0.8 && ratio < 1.4, "ratio " + ratio);
  }

  @Test
  void oneWildSampleHardlyBendsTheTrend() {
    Window window = new Window(64);
    for (int i = 0; i < 64; i++) {
      window.add(i, 0.1 * i + (i % 2 == 0 ? 0.05 : -0.05) + (i == 60 ? 10 : 0));
    }
    assertEquals(0.1, new Trend().fit(window, 0, 64).slope(), 0.01);
  }

  @Test
  void fewerThanThreeSamplesHaveNoTrend() {
    Window window = new Window(4);
    window.add(1, 5);
    window.add(2, 7);
    Trend trend = new Trend().fit(window, 0, 2);
    assertEquals(0, trend.slope());
    assertEquals(Double.POSITIVE_INFINITY, trend.slopeError());
  }

  @Test
  void timeToLimitOfAnExponentialIsExact() {
    TimeToLimit time = new TimeToLimit(1e4, true);
    Window window = new Window(64);
    for (int i = 0; i < 100; i++) {
      window.add(10L * i, time.logarithm(Math.exp(0.005 * 10 * i)));
    }
    time.fit(window, 0, 64, new Trend());
    assertEquals(Math.log(1e4) / 0.005 - 990, time.eta(), 1);
    assertTrue(time.etaLow() <= time.eta() && time.eta() <= time.etaHigh());
    assertEquals(Math.exp(0.5), time.factorPer100(), 1e-6);
  }
}
