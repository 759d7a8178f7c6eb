// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.control.CommandJson;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.store.Series;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.StoredLine;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.EventJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run in a monitor's store.
 *
 * <p><b>Cost.</b> Long tracks are read {@value #PAGE} steps at a time, which bounds an answer of
 * the store; each value is kept in 16 bytes.
 *
 * @param view the run's view, which has its segments and commands
 */
public record StoredRun(Stores stores, RunView view) implements ReportedRun {
  private static final int PAGE = 100_000;

  private static final String NONFINITE = "nonfinite";

  @Override
  public String name() {
    return view.run();
  }

  @Override
  public RunConfig configuration() {
    return view.configuration();
  }

  @Override
  public List<Segment> segments() {
    return view.segments();
  }

  @Override
  public List<RaisedAlarm> alarms() {
    return stores.alarms(view.run()).all().stream()
        .map(line -> RaisedAlarm.read(Json.tree(line)))
        .toList();
  }

  /** A phase that is repeated as a heartbeat is there once. */
  @Override
  public List<JsonNode> events() {
    List<JsonNode> events = new ArrayList<>();
    String phase = "";
    for (StoredLine line : stores.lines(view.run(), Telemetry.EVENT)) {
      JsonNode event = EventJson.of(line.timeNanos(), line.step(), line.segment(), line.values());
      String next = event.path("phase").asText("");
      if (next.isEmpty() || !next.equals(phase)) {
        events.add(event);
      }
      phase = event.path("kind").asText().equals("note") ? phase : next;
    }
    return events;
  }

  @Override
  public List<JsonNode> commands() {
    return view.commands().stream().map(CommandJson::of).map(JsonNode.class::cast).toList();
  }

  /** Changes of numbers only, because the store's series have no texts. */
  @Override
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    List<Series> settings = series(Measurement.RUN_CONFIG, List.of(), null, 0, Long.MAX_VALUE);
    settings.sort(Comparator.comparing(Series::field).thenComparingInt(Series::segment));
    Series before = null;
    for (Series setting : settings) {
      Double last =
          before != null && before.field().equals(setting.field())
              ? before.mean().get(before.mean().size() - 1)
              : null;
      for (int i = 0; i < setting.step().size(); i++) {
        Double value = setting.max().get(i);
        if (last != null && !last.equals(value)) {
          changes.add(
              new Change(setting.step().get(i), setting.segment(), setting.field(), last, value));
        }
        last = value;
      }
      before = setting;
    }
    changes.sort(Comparator.comparingInt(Change::segment).thenComparingLong(Change::step));
    return changes;
  }

  @Override
  public Track track(Signal signal, int segment, long from, long to) {
    Track track = read(signal, signal.wireName(), segment, from, to);
    return signal == Signal.LOSS
        ? Losses.withNonfinite(track, read(signal, NONFINITE, segment, from, to))
        : track;
  }

  @Override
  public List<Track> tracks(int segment, long from, long to) {
    List<Track> tracks = new ArrayList<>();
    for (Measurement measurement : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      for (Series series : series(measurement, List.of(), segment, from, to)) {
        Signal signal = Signal.of(measurement, series.field());
        if (signal != null) {
          tracks.add(track(signal, series));
        }
      }
    }
    return tracks;
  }

  private Track read(Signal signal, String field, int segment, long from, long to) {
    Segment known =
        view.segments().stream().filter(s -> s.index() == segment).findFirst().orElse(null);
    long last = Math.min(to, known == null ? to : known.lastStep());
    Track whole = Track.empty(signal, null);
    for (long at = Math.max(0, from); at <= last; at += PAGE) {
      long end = Math.min(last, at + PAGE - 1);
      for (Series page : series(signal.measurement(), List.of(field), segment, at, end)) {
        whole = whole.then(track(signal, page));
      }
    }
    return whole;
  }

  private List<Series> series(
      Measurement measurement, List<String> fields, @Nullable Integer segment, long from, long to) {
    return new ArrayList<>(
        stores.series(
            new SeriesQuery(
                view.run(),
                measurement.wireName(),
                fields,
                null,
                null,
                segment,
                Math.max(0, from),
                to,
                PAGE)));
  }

  /** Merges heads into their layer: the largest value for maxima, the mean for other signals. */
  private static Track track(Signal signal, Series series) {
    List<Double> values = signal == Signal.ATTENTION_LOGIT_MAX ? series.max() : series.mean();
    return new Track(
        signal,
        series.layer(),
        series.step().stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
