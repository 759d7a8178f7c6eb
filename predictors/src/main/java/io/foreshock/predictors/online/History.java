// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What rewinding needs: snapshots of the detectors every {@value #SNAPSHOT_EVERY} steps and the
 * newest samples in between.
 *
 * <p><b>Rewinding to step s</b> restores the newest snapshot that has seen nothing beyond s and
 * feeds again the samples up to s that followed it. Within the reach of the {@link SampleLog} the
 * detectors are then exactly as they were at s. Further back, snapshots are thinned to gaps in
 * proportion to their age, and the detectors continue from the nearest one before s, without the
 * samples between: baselines are somewhat older than they were, never polluted by what came after
 * s.
 *
 * <p><b>Cost.</b> One serialisation every {@value #SNAPSHOT_EVERY} steps; at most {@value
 * #MAX_SNAPSHOTS} snapshots of the detectors' size and {@value #MAX_BYTES} bytes, two in any case,
 * and the log.
 */
final class History {
  private static final int SNAPSHOT_EVERY = 64;
  private static final int MAX_SNAPSHOTS = 16;

  /**
   * Of all snapshots together, one apart: sixteen of a model of 30 layers. Wider ones have fewer,
   * so that what a run costs is known beforehand.
   */
  private static final long MAX_BYTES = 1 << 20;

  /**
   * @param seenStep highest step seen, -1 for none
   */
  private record Snapshot(long seenStep, long position, byte[] state) {}

  private final SampleLog log = new SampleLog();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final Consumer<State> detectors;
  private int stepsSince;

  /**
   * @param detectors shows all of the detectors' state to the given one
   */
  History(Consumer<State> detectors) {
    this.detectors = detectors;
    snapshots.add(new Snapshot(-1, 0, save()));
  }

  /** Lets a new step begin, before its first sample is recorded. */
  void nextStep(long seenStep) {
    if (++stepsSince >= SNAPSHOT_EVERY) {
      stepsSince = 0;
      snapshots.add(new Snapshot(seenStep, log.position(), save()));
      thin();
    }
  }

  /** Keeps a sample that is being fed. */
  void record(Sample sample) {
    log.add(sample);
  }

  /**
   * Brings the detectors back to where they were at {@code step}; feeds what is to be fed again.
   */
  void rewind(long step, Consumer<Sample> feed) {
    int newest = snapshots.size() - 1;
    while (newest > 0 && snapshots.get(newest).seenStep > step) {
      newest--;
    }
    Snapshot snapshot = snapshots.get(newest);
    snapshots.subList(newest + 1, snapshots.size()).clear();
    stepsSince = 0;
    restore(snapshot.state);
    List<Sample> again = log.cut(snapshot.position, step);
    for (Sample sample : again) {
      log.add(sample);
      feed.accept(sample);
    }
  }

  void exchange(State state) {
    log.exchange(state);
    stepsSince = (int) state.integer(stepsSince);
    int count = (int) state.integer(snapshots.size());
    List<Snapshot> old = List.copyOf(snapshots);
    snapshots.clear();
    for (int i = 0; i < count; i++) {
      Snapshot s = i < old.size() ? old.get(i) : old.get(0);
      snapshots.add(
          new Snapshot(state.integer(s.seenStep), state.integer(s.position), state.bytes(s.state)));
    }
  }

  private void thin() {
    while (snapshots.size() > MAX_SNAPSHOTS || (snapshots.size() > 2 && bytes() > MAX_BYTES)) {
      snapshots.remove(leastMissed());
    }
  }

  private long bytes() {
    long bytes = 0;
    for (Snapshot snapshot : snapshots) {
      bytes += snapshot.state.length;
    }
    return bytes;
  }

  /** The snapshot whose gap is smallest against its age; neither the first nor the newest. */
  private int leastMissed() {
    long now = snapshots.get(snapshots.size() - 1).seenStep;
    int least = 1;
    double leastGap = Double.POSITIVE_INFINITY;
    for (int i = 1; i < snapshots.size() - 1; i++) {
      double gap = snapshots.get(i + 1).seenStep - snapshots.get(i - 1).seenStep;
      double age = now - snapshots.get(i).seenStep + 1.0;
      if (gap / age < leastGap) {
        leastGap = gap / age;
        least = i;
      }
    }
    return least;
  }

  /** A buffer kept for the next one would cost a wide run as much as a snapshot. */
  private byte[] save() {
    int newest = snapshots.isEmpty() ? 0 : snapshots.get(snapshots.size() - 1).state.length;
    State.InMemory saving = State.saving(newest + 4096);
    detectors.accept(saving);
    return saving.toByteArray();
  }

  private void restore(byte[] bytes) {
    detectors.accept(State.restoring(bytes));
  }
}
