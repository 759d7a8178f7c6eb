// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/** A made-up run, held in memory. */
final class MadeHistory implements RunHistory {
  private record Key(int segment, Signal signal, String layer) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  private final List<Segment> segments = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<Key, NavigableMap<Long, Double>> values = new TreeMap<>();

  /** Continues the run from the checkpoint at {@code fromStep} in a new segment. */
  MadeHistory segment(long fromStep, long lastStep) {
    int index = segments.size();
    if (index > 0) {
      Segment old = segments.remove(index - 1);
      segments.add(
          new Segment(old.index(), old.parent(), old.fromStep(), old.lastStep(), 0, false));
    }
    segments.add(new Segment(index, index - 1, fromStep, lastStep, 0, true));
    return this;
  }

  /** A whole-step signal of the newest segment, every {@code every}-th step. */
  MadeHistory with(Signal signal, int every, IntToDoubleFunction ofStep) {
    return with(signal, null, every, ofStep);
  }

  MadeHistory with(Signal signal, String layer, int every, IntToDoubleFunction ofStep) {
    Segment newest = segments.get(segments.size() - 1);
    NavigableMap<Long, Double> of =
        values.computeIfAbsent(new Key(newest.index(), signal, layer), key -> new TreeMap<>());
    for (long step = newest.fromStep() + 1; step <= newest.lastStep(); step++) {
      if (step % every == 0) {
        of.put(step, ofStep.applyAsDouble((int) step));
      }
    }
    return this;
  }

  MadeHistory changed(long step, String name, Object before, Object after) {
    changes.add(new Change(step, segments.size() - 1, name, before, after));
    return this;
  }

  @Override
  public List<Segment> segments() {
    return List.copyOf(segments);
  }

  @Override
  public List<Change> changes() {
    return List.copyOf(changes);
  }

  @Override
  public Track track(Signal signal, int segment, long from, long to) {
    return track(new Key(segment, signal, null), from, to);
  }

  @Override
  public List<Track> tracks(int segment, long from, long to) {
    return values.keySet().stream()
        .filter(key -> key.segment == segment)
        .map(key -> track(key, from, to))
        .filter(track -> track.size() > 0)
        .toList();
  }

  private Track track(Key key, long from, long to) {
    NavigableMap<Long, Double> of = values.getOrDefault(key, new TreeMap<>());
    NavigableMap<Long, Double> part = of.subMap(from, true, Math.max(from, to), true);
    boolean loss = key.signal == Signal.LOSS && key.signal.measurement() == Measurement.TRAIN_STEP;
    part = new TreeMap<>(part);
    if (!loss) {
      part.values().removeIf(value -> !Double.isFinite(value));
    }
    return new Track(
        key.signal,
        key.layer,
        part.keySet().stream().mapToLong(Long::longValue).toArray(),
        part.values().stream().mapToDouble(Double::doubleValue).toArray());
  }
}
