// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every detector promises. A subclass says how its signals look in health and in trouble; both
 * must be pure functions of their arguments.
 */
abstract class DetectorContract {
  static final int HEALTHY = 200;
  static final int TROUBLED = 60;

  /** A new detector, configured. */
  abstract Detector fresh();

  /** Signals of the i-th sample of a healthy run; {@code noise} is a fixed standard normal. */
  abstract void healthy(Sample sample, int i, double noise);

  /** Signals of the k-th sample of lasting trouble that began after {@link #HEALTHY} samples. */
  abstract void troubled(Sample sample, int k, double noise);

  /** Whether the detector lives on the count of non-finite values. */
  boolean countsNonfinite() {
    return false;
  }

  /** Layer whose samples it takes; null for whole steps. */
  String layer() {
    return null;
  }

  @Test
  void saysNothingWhileItWarmsUp() {
    assertEquals(List.of(), feed(fresh(), stream(1).subList(0, 16)));
  }

  @Test
  void saysNothingOfHealthyInput() {
    assertEquals(List.of(), feed(fresh(), stream(1).subList(0, HEALTHY)));
  }

  @Test
  void saysNothingOfConstantInput() {
    List<Sample> constant = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      Sample sample = empty(i);
      healthy(sample, HEALTHY, 0);
      constant.add(sample);
    }
    assertEquals(List.of(), feed(fresh(), constant));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100})
  void reportsLastingTroubleAtEverySpacing(int spacing) {
    List<Verdict> found = feed(fresh(), stream(spacing));
    assertFalse(found.isEmpty());
    assertTrue(found.size() >= TROUBLED / 3, "absorbed after " + found.size() + " verdicts");
  }

  @Test
  void oneNonFiniteValueBlindsItNowhere() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      for (int position = 0; position < HEALTHY + 20; position += position < 40 ? 1 : 13) {
        List<Sample> samples = stream(1);
        samples.set(position, nonFinite(samples.get(position), bad));
        List<Verdict> found = feed(fresh(), samples.subList(0, HEALTHY));
        assertTrue(countsNonfinite() || found.isEmpty(), "false alarm after " + bad);
        assertFalse(
            feed(fresh(), samples).isEmpty(), "blind after " + bad + " at sample " + position);
      }
    }
  }

  @Test
  void samplesWithoutItsSignalsChangeNothing() {
    List<Sample> mixed = new ArrayList<>();
    for (Sample sample : stream(1)) {
      mixed.add(sample);
      mixed.add(empty(sample.step()));
      mixed.add(Sample.ofLayer("other", Sample.NO_HEAD, sample.step(), 0));
    }
    if (!countsNonfinite()) {
      assertEquals(feed(fresh(), stream(1)), feed(fresh(), mixed));
    }
  }

  @Test
  void continuesAfterSaveAndRestoreAsIfNothingHadHappened() {
    List<Sample> samples = stream(1);
    List<Verdict> whole = feed(fresh(), samples);
    for (int cut = 0; cut < samples.size(); cut += 17) {
      Detector first = fresh();
      List<Verdict> parts = new ArrayList<>(feed(first, samples.subList(0, cut)));
      Detector second = fresh();
      feed(second, stream(1).subList(0, 50));
      restore(second, save(first));
      parts.addAll(feed(second, samples.subList(cut, samples.size())));
      assertEquals(whole, parts, "cut after " + cut);
    }
  }

  @Test
  void sameSamplesGiveTheSameVerdicts() {
    assertEquals(feed(fresh(), stream(1)), feed(fresh(), stream(1)));
  }

  final List<Sample> stream(int spacing) {
    Random random = new Random(7);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < HEALTHY + TROUBLED; i++) {
      Sample sample = empty((long) (i + 1) * spacing);
      if (i < HEALTHY) {
        healthy(sample, i, random.nextGaussian());
      } else {
        troubled(sample, i - HEALTHY, random.nextGaussian());
      }
      samples.add(sample);
    }
    return samples;
  }

  static List<Verdict> feed(Detector detector, List<Sample> samples) {
    List<Verdict> verdicts = new ArrayList<>();
    samples.forEach(sample -> detector.update(sample, verdicts::add));
    return verdicts;
  }

  static byte[] save(Detector detector) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    detector.exchange(State.saving(new DataOutputStream(bytes)));
    return bytes.toByteArray();
  }

  static void restore(Detector detector, byte[] bytes) {
    detector.exchange(State.restoring(new DataInputStream(new ByteArrayInputStream(bytes))));
  }

  private Sample empty(long step) {
    return layer() == null
        ? Sample.ofStep(step, step)
        : Sample.ofLayer(layer(), Sample.NO_HEAD, step, step);
  }

  private Sample nonFinite(Sample sample, double bad) {
    Sample broken = empty(sample.step());
    for (Signal signal : Signal.values()) {
      if (signal.measurement() == Measurement.TRAIN_STEP == (layer() == null)) {
        broken.set(signal, sample.has(signal) ? bad : Double.NaN);
      }
    }
    return broken;
  }
}
