// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every detector promises. A subclass makes its healthy and its troubled signals; both must be
 * pure functions of their arguments.
 */
abstract class DetectorContract {
  static final int HEALTHY = 200;
  private static final int TROUBLED = 60;
  private static final int MIXED = 0;
  private static final int[] GAPS = {1, 10, 100};

  /** A new detector, configured. */
  abstract Detector fresh();

  /** Signals of the i-th sample of a healthy run; {@code noise} is a fixed standard normal. */
  abstract void healthy(Sample sample, int i, double noise);

  /** Signals of the k-th sample of lasting trouble that began after {@link #HEALTHY} samples. */
  abstract void troubled(Sample sample, int k, double noise);

  /** Whether the detector reads the count of non-finite values. */
  boolean countsNonfinite() {
    return false;
  }

  /** Layer whose samples it reads; null for whole steps. */
  String layer() {
    return null;
  }

  /** Evaluation whose samples it reads; null for steps and layers. */
  String evaluation() {
    return null;
  }

  /** Time from one step to the next. */
  long nanosPerStep() {
    return 1;
  }

  /**
   * Whether trouble is a change relative to earlier changes, which constant input does not have.
   */
  boolean judgesByChange() {
    return false;
  }

  /** Number of troubled samples at the end of a stream, enough for the detector to find them. */
  int troubledSamples() {
    return TROUBLED;
  }

  @Test
  void reportsNothingWhileItWarmsUp() {
    assertEquals(List.of(), feed(fresh(), stream(1).subList(0, 16)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, MIXED})
  void reportsNothingOfHealthyInput(int spacing) {
    assertEquals(List.of(), feed(fresh(), stream(spacing).subList(0, HEALTHY)));
  }

  @Test
  void reportsNothingOfConstantInput() {
    List<Sample> constant = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      Sample sample = empty(i);
      healthy(sample, HEALTHY, 0);
      constant.add(sample);
    }
    assertEquals(List.of(), feed(fresh(), constant));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, MIXED})
  void reportsLastingTroubleAtEverySpacing(int spacing) {
    List<Verdict> found = feed(fresh(), stream(spacing));
    assertFalse(found.isEmpty());
    assertTrue(found.size() >= troubledSamples() / 4, "absorbed after " + found.size());
  }

  @Test
  void reportsTroubleThatBeginsInConstantInput() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 1; i <= 500 + troubledSamples(); i++) {
      Sample sample = empty(i);
      if (i <= 500) {
        healthy(sample, HEALTHY, 0);
      } else {
        troubled(sample, i - 501, 0);
      }
      samples.add(sample);
    }
    assertEquals(judgesByChange(), feed(fresh(), samples).isEmpty());
  }

  @Test
  void oneNonFiniteValueBlindsItNowhere() {
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      for (int position = 0; position < HEALTHY + 20; position++) {
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
  void reportsTroubleOfWhichEveryOtherSampleIsMissing() {
    List<Sample> samples = stream(1);
    for (int i = 0; i < HEALTHY; i += 2) {
      samples.set(i, empty(samples.get(i).step()));
    }
    assertEquals(List.of(), feed(fresh(), samples.subList(0, HEALTHY)));
    assertFalse(feed(fresh(), samples).isEmpty());
  }

  @Test
  void anyOfItsSignalsMayBeMissing() {
    for (Signal missing : Signal.values()) {
      List<Sample> samples = new ArrayList<>();
      for (Sample sample : stream(1)) {
        samples.add(without(sample, missing));
      }
      assertEquals(List.of(), feed(fresh(), samples.subList(0, HEALTHY)), "without " + missing);
      feed(fresh(), samples);
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
      assertArrayEquals(save(first), save(second), "saved again after " + cut);
      parts.addAll(feed(second, samples.subList(cut, samples.size())));
      assertEquals(whole, parts, "cut after " + cut);
    }
  }

  @Test
  void aRollbackLeavesNothingOfWhatCameAfterIt() {
    List<Sample> samples = stream(1);
    for (int cut = 5; cut < HEALTHY; cut += 39) {
      Detector detector = fresh();
      feed(detector, samples.subList(0, cut));
      byte[] then = save(detector);
      feed(detector, samples.subList(HEALTHY, samples.size()));
      restore(detector, then);
      assertArrayEquals(then, save(detector), "after a rollback to " + cut);
      List<Sample> again = samples.subList(cut, HEALTHY);
      assertEquals(List.of(), feed(detector, again), "after a rollback to " + cut);
    }
  }

  @Test
  void keepsNothingOfASampleThatIsUsedAgain() {
    Detector streamed = fresh();
    List<Verdict> verdicts = new ArrayList<>();
    Sample reused = empty(0);
    for (Sample sample : stream(1)) {
      fill(reused, sample, null);
      streamed.update(reused, verdicts::add);
      fill(reused, empty(sample.step()), null);
    }
    assertEquals(feed(fresh(), stream(1)), verdicts);
  }

  /** Healthy samples and then trouble; {@code spacing} steps apart, or {@link #MIXED}. */
  final List<Sample> stream(int spacing) {
    Random random = new Random(7);
    Random gaps = new Random(8);
    List<Sample> samples = new ArrayList<>();
    long step = 0;
    for (int i = 0; i < HEALTHY + troubledSamples(); i++) {
      step += spacing == MIXED ? GAPS[gaps.nextInt(GAPS.length)] : spacing;
      Sample sample = empty(step);
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
    State.InMemory saved = State.saving(1024);
    detector.exchange(saved);
    return saved.toByteArray();
  }

  static void restore(Detector detector, byte[] bytes) {
    detector.exchange(State.restoring(bytes));
  }

  private Sample empty(long step) {
    long time = step * nanosPerStep();
    return evaluation() != null
        ? Sample.ofEvaluation(evaluation(), step, time)
        : layer() == null
            ? Sample.ofStep(step, time)
            : Sample.ofLayer(layer(), Sample.NO_HEAD, step, time);
  }

  private Sample without(Sample sample, Signal missing) {
    return fill(empty(sample.step()), sample, missing);
  }

  private static Sample fill(Sample target, Sample source, Signal missing) {
    target.reset(
        source.measurement(), source.layer(), source.head(), source.step(), source.timeNanos());
    target.addNonfinite(source.nonfinite());
    for (Signal signal : Signal.values()) {
      if (signal != missing && source.has(signal)) {
        target.set(signal, source.get(signal));
      }
    }
    return target;
  }

  private Sample nonFinite(Sample sample, double bad) {
    Sample broken = empty(sample.step());
    for (Signal signal : Signal.values()) {
      if (signal.measurement() == sample.measurement()) {
        broken.set(signal, sample.has(signal) ? bad : Double.NaN);
      }
    }
    return broken;
  }
}
