// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.report.Losses;
import io.foreshock.monitor.report.ReportedRun;
import io.foreshock.monitor.report.Values;
import io.foreshock.monitor.wire.EventJson;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run that is read from recorded lines and passes through the same predictors as a live run.
 *
 * <p><b>Edges.</b> A late line counts if its step had no value yet. Lines of single attention heads
 * go to the predictors but are not part of the report. <b>Threads.</b> Not safe. <b>Cost.</b> All
 * values are kept, 16 bytes each.
 */
public final class RecordedRun implements ReportedRun {
  private record Key(int segment, Signal signal, @Nullable String layer) {}

  private final RunWatch watch;
  private final Sample sample = Sample.ofStep(0, 0);
  private final Map<Key, Values> values = new LinkedHashMap<>();
  private final Map<Integer, Values> nonfinite = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<RaisedAlarm> alarms = new ArrayList<>();
  private final List<JsonNode> events = new ArrayList<>();

  /**
   * A run without any line yet.
   *
   * @param horizonSteps how far ahead the forecast looks, steps
   */
  public RecordedRun(String name, int horizonSteps) {
    watch = new RunWatch(name, horizonSteps);
  }

  /**
   * Adds the run's next line. A line without a time counts as newer than all lines before it.
   *
   * @throws MalformedLineException when the line breaks the contract; nothing has changed then
   */
  public void accept(Point point) throws MalformedLineException {
    if (!point.hasTime()) {
      point.setTimestamp(watch.lastTimeNanos() + 1);
    }
    RunConfig before = watch.config();
    if (RunEvent.isLine(point) && RunEvent.of(point) != null) {
      happened(point);
    }
    RunWatch.Use use = watch.accept(point, alarm -> alarms.add(RaisedAlarm.of(alarm)));
    switch (use) {
      case CONFIG -> configured(before);
      case FED, LATE -> keep(point);
      case EVENT, OTHER -> {}
    }
  }

  @Override
  public String name() {
    return watch.run();
  }

  @Override
  public RunConfig configuration() {
    return watch.config();
  }

  @Override
  public List<Segment> segments() {
    return watch.segments();
  }

  @Override
  public List<RaisedAlarm> alarms() {
    return List.copyOf(alarms);
  }

  @Override
  public List<JsonNode> events() {
    return List.copyOf(events);
  }

  /** Empty, because commands are not part of telemetry. */
  @Override
  public List<JsonNode> commands() {
    return List.of();
  }

  @Override
  public List<Change> changes() {
    return List.copyOf(changes);
  }

  @Override
  public Track track(Signal signal, int segment, long from, long to) {
    Track track = track(new Key(segment, signal, null));
    if (signal == Signal.LOSS && nonfinite.containsKey(segment)) {
      track = Losses.withNonfinite(track, nonfinite.get(segment).track(Signal.LOSS, null));
    }
    return track.between(from, to);
  }

  @Override
  public List<Track> tracks(int segment, long from, long to) {
    return values.keySet().stream()
        .filter(key -> key.segment == segment)
        .map(key -> track(key).between(from, to))
        .filter(track -> track.size() > 0)
        .toList();
  }

  private Track track(Key key) {
    Values of = values.get(key);
    return of == null ? Track.empty(key.signal, key.layer) : of.track(key.signal, key.layer);
  }

  private void happened(Point point) {
    RunEvent event = Objects.requireNonNull(RunEvent.of(point));
    long step = event.step() == RunEvent.NO_STEP ? watch.lastStep() : event.step();
    events.add(EventJson.of(point.timestamp(), step, watch.liveSegment(), point.fields()));
  }

  private void configured(RunConfig before) {
    if (before.fields().isEmpty()) {
      return; // the first configuration is not a change
    }
    watch
        .config()
        .fields()
        .forEach(
            (name, value) -> {
              Object old = before.fields().get(name);
              if (!Objects.equals(old, value)) {
                changes.add(new Change(watch.lastStep(), watch.liveSegment(), name, old, value));
              }
            });
  }

  private void keep(Point point) throws MalformedLineException {
    Measurement measurement = Measurement.ofSamples(point.measurement());
    if (measurement == null) {
      return;
    }
    Telemetry.fill(sample, measurement, point);
    int segment = watch.segment();
    if (measurement == Measurement.TRAIN_STEP) {
      nonfinite
          .computeIfAbsent(segment, key -> new Values())
          .put(sample.step(), sample.nonfinite());
    }
    for (Signal signal : Signal.values()) {
      if (sample.has(signal) && sample.head() == Sample.NO_HEAD) {
        values
            .computeIfAbsent(new Key(segment, signal, sample.layer()), key -> new Values())
            .put(sample.step(), sample.get(signal));
      }
    }
  }
}
