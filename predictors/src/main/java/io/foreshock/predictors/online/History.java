// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Snapshots of the detectors, one every {@value #SNAPSHOT_EVERY} steps, and the newest samples.
 * With them the detectors can be rewound after a rollback.
 *
 * <p><b>Rewinding to step s</b> restores the newest snapshot that has seen no step after s, and
 * feeds the following samples up to s again. Within the reach of the {@link SampleLog} the
 * detectors are then exactly as they were at s. Further back, snapshots are thinned to gaps in
 * proportion to their age, and the detectors continue from the nearest one before s, without the
 * samples in between. Baselines are then somewhat older than they were, but never contain samples
 * after s.
 *
 * <p><b>Cost.</b> One serialisation every {@value #SNAPSHOT_EVERY} steps; at most {@value
 * #MAX_SNAPSHOTS} snapshots of the detectors' size and {@value #MAX_BYTES} bytes, but at least two
 * snapshots, and the log.
 */
final class History {
  private static final int SNAPSHOT_EVERY = 64;
  private static final int MAX_SNAPSHOTS = 16;

  /**
   * Size of all snapshots together, enough for sixteen of a model of 30 layers. Larger models have
   * fewer snapshots, so that the memory of a run is bounded.
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

  /** The run's stage boundaries, at which the detectors begin anew also when they are fed again. */
  private final Boundaries boundaries;

  /**
   * @param detectors saves the detectors to the given state, or restores them from it
   */
  History(Consumer<State> detectors, Boundaries boundaries) {
    this.detectors = detectors;
    this.boundaries = boundaries;
    snapshots.add(new Snapshot(-1, 0, save()));
  }

  /** Begins a new step; call it before the first sample of the step is recorded. */
  void nextStep(long seenStep) {
    if (++stepsSince >= SNAPSHOT_EVERY) {
      stepsSince = 0;
      snapshots.add(new Snapshot(seenStep, log.position(), save()));
      thin();
    }
  }

  /** Records a sample that is fed to the detectors. */
  void record(Sample sample) {
    log.add(sample);
  }

  /**
   * Rewinds the detectors to {@code step}, and feeds the samples that must be fed again to {@code
   * feed}; {@code boundary} runs where a stage began between them.
   */
  void rewind(long step, Consumer<Sample> feed, Runnable boundary) {
    int newest = snapshots.size() - 1;
    while (newest > 0 && snapshots.get(newest).seenStep > step) {
      newest--;
    }
    Snapshot snapshot = snapshots.get(newest);
    snapshots.subList(newest + 1, snapshots.size()).clear();
    stepsSince = 0;
    restore(snapshot.state);
    boundaries.rewind(step);
    long past = snapshot.seenStep; // boundaries up to here are in the snapshot
    for (Sample sample : log.cut(snapshot.position, step)) {
      past = pass(past, sample.step(), boundary);
      log.add(sample);
      feed.accept(sample);
    }
    pass(past, step + 1, boundary);
  }

  /** Runs {@code boundary} if there is one before the step; returns up to where all were passed. */
  private long pass(long past, long next, Runnable boundary) {
    if (boundaries.isBetween(past, next)) {
      boundary.run();
    }
    return Math.max(past, next - 1);
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

  /**
   * Index of the snapshot whose gap is smallest relative to its age; never the first or the newest.
   */
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

  /** Saves into a new buffer, because keeping one would cost as much memory as a snapshot. */
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
