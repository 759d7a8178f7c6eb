// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the limit reckons a run at is what it grows to, and no more than twice that. */
class RunCostTest {
  private static final List<Signal> OF_STEP = signals(Measurement.TRAIN_STEP);
  private static final List<Signal> OF_LAYER = signals(Measurement.TRAIN_LAYER);
  private final Random random = new Random(7);
  private final Sample sample = Sample.ofStep(0, 0);
  private final Point widest = new Point(); // as many fields as a run keeps the newest values of

  @BeforeEach
  void fillWidest() {
    widest.begin("train_step");
    for (int i = 0; i < 64; i++) {
      widest.addFloat("%64d".formatted(i), random.nextGaussian());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 12, 30, 100})
  void aLongRunStaysWithinWhatItIsReckonedAt(int layers) {
    Run run = run("r", layers);
    long largest = 0; // rollback snapshots are thinned, so a run may shrink again
    for (int step = 1; step <= 5000; step++) {
      feed(run, layers, step);
      if (step % 250 == 0) {
        SnapshotCodec.save(run);
        assertTrue(
            run.measuredBytes <= RunCost.grown(run.series.size()),
            run.measuredBytes + " at step " + step + " of " + run.series.size() + " series");
        largest = Math.max(largest, run.measuredBytes);
      }
    }
    // or too much of the memory stands empty; of large models one snapshot more or less counts
    assertTrue(
        2.5 * largest > RunCost.grown(run.series.size()),
        largest + " at most, reckoned at " + RunCost.grown(run.series.size()));
  }

  @Test
  void manyRunsTakeNoMoreOfTheHeapThanTheyAreReckonedAt() {
    long before = usedBytes();
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Run run = run("r" + i, 30);
      for (int step = 1; step <= 2000; step++) {
        feed(run, 30, step);
      }
      SnapshotCodec.save(run);
      runs.add(run);
    }
    long taken = usedBytes() - before;
    long reckoned = runs.stream().mapToLong(Run::cost).sum();
    assertTrue(taken <= reckoned, taken + " bytes, reckoned at " + reckoned);
  }

  @Test
  void layersWithOneSignalAreReckonedAtWhatTheyAreMeasuredAt() {
    SnapshotCodec.save(run("first", 1)); // classes and the forecast's model belong to no run
    feed(run("second", 4), 4, 1);
    long before = usedBytes();
    Run run = run("r", 0);
    run.series.add(1);
    for (int step = 1; step <= 700; step++) {
      for (int layer = 0; layer < 1000; layer++) {
        sample.reset(Measurement.TRAIN_LAYER, "" + layer, Sample.NO_HEAD, step, step * 1000L);
        sample.set(Signal.ATTENTION_LOGIT_MAX, 3 + random.nextGaussian());
        run.accept(sample, new Point(), alarm -> {});
      }
    }
    SnapshotCodec.save(run);
    long taken = usedBytes() - before;
    assertTrue(taken <= run.cost(), taken + " bytes, reckoned at " + run.cost());
  }

  private static Run run(String name, int layers) {
    Run run = new Run(name, new RunWatch(name, 200));
    long series = OF_STEP.size() + 1 + (long) layers * (OF_LAYER.size() + 1);
    for (long hash = 1; hash <= series; hash++) {
      run.series.add(hash * SeriesSet.PRIME);
    }
    return run;
  }

  private void feed(Run run, int layers, int step) {
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, step, step * 250_000_000L);
    fill(OF_STEP);
    run.accept(sample, widest, alarm -> {});
    for (int layer = 0; layer < layers; layer++) {
      sample.reset(Measurement.TRAIN_LAYER, "" + layer, Sample.NO_HEAD, step, step * 250_000_000L);
      fill(OF_LAYER);
      run.accept(sample, new Point(), alarm -> {});
    }
  }

  private void fill(List<Signal> signals) {
    for (Signal signal : signals) {
      sample.set(signal, 2 + 0.02 * random.nextGaussian());
    }
  }

  private static List<Signal> signals(Measurement measurement) {
    return Arrays.stream(Signal.values()).filter(s -> s.measurement() == measurement).toList();
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
