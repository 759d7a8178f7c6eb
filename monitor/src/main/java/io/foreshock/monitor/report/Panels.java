// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses the plots around an onset: the same steps of each signal, one below the other. */
final class Panels {
  /** Signals that are plotted if measured, in this order, after those that moved first. */
  private static final List<Signal> USUAL =
      List.of(
          Signal.LOSS,
          Signal.GRAD_NORM,
          Signal.ATTENTION_LOGIT_MAX,
          Signal.ATTENTION_ENTROPY,
          Signal.UPDATE_RMS,
          Signal.RMS_RATIO,
          Signal.LOG_Z_MEAN,
          Signal.LEARNING_RATE);

  private static final int MOST = 10;
  private static final int MOVERS = 3;
  private static final int MIN_SAMPLES = 60;

  private Panels() {}

  /** First step of the plots. */
  static long from(Episode episode) {
    long lead =
        episode.origin().movers().isEmpty() ? 0 : episode.origin().movers().get(0).leadSteps();
    long before = Math.max(MIN_SAMPLES * episode.extent().spacing(), lead + lead / 3);
    return Math.max(0, episode.start() - before);
  }

  /** Last step of the plots: the end and a little more, unless that is far away. */
  static long to(Episode episode) {
    long before = episode.start() - from(episode);
    long wanted = episode.extent().last() - episode.start() + 20 * episode.extent().spacing();
    return episode.start()
        + Math.max(MIN_SAMPLES * episode.extent().spacing() / 2, Math.min(wanted, 3 * before));
  }

  static List<Panel> of(Episode episode, ReportedRun run) {
    long from = from(episode);
    long to = to(episode);
    List<Track> tracks = along(run, episode.segment(), from, to);
    List<Track> after = episode.rolledBack() ? after(run, episode, from, to) : List.of();
    Set<Signal> shown = new LinkedHashSet<>(List.of(Signal.LOSS));
    episode.origin().movers().stream().limit(MOVERS).map(FirstMove::signal).forEach(shown::add);
    shown.addAll(USUAL);
    return shown.stream()
        .limit(MOST)
        .map(signal -> panel(signal, episode, tracks, after))
        .filter(panel -> !panel.lines().isEmpty())
        .toList();
  }

  private static Panel panel(
      Signal signal, Episode episode, List<Track> tracks, List<Track> after) {
    @Nullable String layer = layer(signal, episode);
    List<Panel.Line> lines = new ArrayList<>();
    for (Track track : tracks) {
      if (track.signal() == signal && track.size() > 0) {
        boolean main = Objects.equals(track.layer(), layer);
        lines.add(new Panel.Line(main ? Panel.Role.MAIN : Panel.Role.OTHER, track));
      }
    }
    for (Track track : after) {
      if (track.signal() == signal && Objects.equals(track.layer(), layer) && track.size() > 0) {
        lines.add(new Panel.Line(Panel.Role.AFTER, track));
      }
    }
    lines.sort((a, b) -> a.role().compareTo(b.role()));
    return new Panel(signal, lines);
  }

  /** The layer in which a signal moved first; null for a whole step's signal or without a move. */
  private static @Nullable String layer(Signal signal, Episode episode) {
    for (FirstMove move : episode.origin().movers()) {
      if (move.signal() == signal) {
        return move.layer();
      }
    }
    return null;
  }

  /** The tracks of a segment, preceded by those of its ancestors. */
  private static List<Track> along(ReportedRun run, int segment, long from, long to) {
    List<Track> joined = new ArrayList<>();
    long last = to;
    Segment at = find(run, segment);
    while (at != null && last >= from) {
      Segment parent = find(run, at.parent());
      long first = parent == null ? from : Math.max(from, at.fromStep() + 1);
      List<Track> pieces = new ArrayList<>(run.tracks(at.index(), first, last));
      Track loss = run.track(Signal.LOSS, at.index(), first, last);
      pieces.removeIf(track -> track.signal() == Signal.LOSS);
      pieces.add(loss); // this track includes the non-finite losses
      joined = joined.isEmpty() ? pieces : join(pieces, joined);
      last = Math.min(last, at.fromStep());
      at = parent;
    }
    return joined;
  }

  private static List<Track> after(ReportedRun run, Episode episode, long from, long to) {
    return run.segments().stream()
        .filter(segment -> segment.parent() == episode.segment())
        .findFirst()
        .map(next -> run.tracks(next.index(), Math.max(from, next.fromStep()), to))
        .orElse(List.of());
  }

  private static List<Track> join(List<Track> earlier, List<Track> later) {
    Map<List<Object>, Track> joined = new LinkedHashMap<>();
    for (Track track : Stream.concat(earlier.stream(), later.stream()).toList()) {
      joined.merge(Arrays.asList(track.signal(), track.layer()), track, Track::then);
    }
    return new ArrayList<>(joined.values());
  }

  private static @Nullable Segment find(ReportedRun run, int index) {
    return run.segments().stream().filter(s -> s.index() == index).findFirst().orElse(null);
  }
}
