// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;

/** Finds what happened right before an onset: resumes, changes of the schedule, repeated data. */
final class Causes {
  /** Smallest factor by which a learning rate or batch size must change to be a cause. */
  static final double FACTOR = 1.5;

  /** Ratio to the previous change that a sudden change must exceed; a ramp is not sudden. */
  private static final double SUDDEN = 3;

  /** Number of steps over which a slow rise of the learning rate is reported. */
  static final long RAMP_STEPS = 100;

  private Causes() {}

  /** Returns the causes within steps {@code from} to {@code to} of a path. */
  static List<Cause> of(Path path, RunHistory history, long from, long to, long spacing) {
    List<Cause> causes = new ArrayList<>(path.resumes(from, to));
    long before = from - 3 * spacing; // some samples before, to distinguish a change from a ramp
    jumps(path.track(Signal.LEARNING_RATE, before, to), Cause.Kind.LEARNING_RATE, from, causes);
    if (causes.stream().noneMatch(cause -> cause.kind() == Cause.Kind.LEARNING_RATE)) {
      ramp(path.track(Signal.LEARNING_RATE, to - RAMP_STEPS, to), causes);
    }
    Track tokens = path.track(Signal.TOKENS, before - spacing, to);
    jumps(perStep(tokens), Cause.Kind.BATCH_SIZE, from, causes);
    Track batch = path.track(Signal.BATCH, before, to);
    rewound(batch.size() > 0 ? batch : tokens, from, causes);
    for (RunHistory.Change change : history.changes()) {
      if (change.step() >= from
          && change.step() <= to
          && path.segmentAt(change.step()) == change.segment()) {
        causes.add(
            new Cause(
                Cause.Kind.CONFIGURATION,
                change.step(),
                change.name(),
                change.before(),
                change.after()));
      }
    }
    return causes;
  }

  private static void jumps(Track track, Cause.Kind kind, long from, List<Cause> causes) {
    double[] v = track.values();
    for (int i = 2; i < v.length; i++) {
      double change = Math.abs(v[i] - v[i - 1]);
      double usual = Math.abs(v[i - 1] - v[i - 2]);
      double factor = Math.max(v[i] / v[i - 1], v[i - 1] / v[i]);
      if (track.steps()[i] >= from && factor >= FACTOR && change > SUDDEN * usual && v[i] > 0) {
        causes.add(cause(kind, track, i, i - 1, i));
      }
    }
  }

  private static void ramp(Track rate, List<Cause> causes) {
    int last = rate.size() - 1;
    if (last > 0
        && rate.steps()[last] - rate.steps()[0] >= RAMP_STEPS / 2
        && rate.values()[last] >= FACTOR * rate.values()[0]) {
      causes.add(cause(Cause.Kind.LEARNING_RATE_RAMP, rate, 0, 0, last));
    }
  }

  private static void rewound(Track data, long from, List<Cause> causes) {
    double[] v = data.values();
    for (int i = 1; i < v.length; i++) {
      if (data.steps()[i] >= from && v[i] < v[i - 1]) {
        causes.add(cause(Cause.Kind.DATA_REWOUND, data, i, i - 1, i));
      }
    }
  }

  /** The cause that a signal's value changed between two samples. */
  private static Cause cause(Cause.Kind kind, Track track, int at, int before, int after) {
    double[] v = track.values();
    return new Cause(kind, track.steps()[at], track.signal().wireName(), v[before], v[after]);
  }

  /** Tokens in one step, from the tokens seen; NaN where they go back. */
  private static Track perStep(Track tokens) {
    int size = Math.max(0, tokens.size() - 1);
    long[] steps = new long[size];
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      steps[i] = tokens.steps()[i + 1];
      double seen = tokens.values()[i + 1] - tokens.values()[i];
      values[i] = seen > 0 ? seen / (tokens.steps()[i + 1] - tokens.steps()[i]) : Double.NaN;
    }
    return new Track(tokens.signal(), null, steps, values);
  }
}
