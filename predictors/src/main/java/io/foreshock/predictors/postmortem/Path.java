// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps that lead to a segment's newest step: its own steps, and those of its ancestors up to
 * where the next segment branched off.
 */
record Path(RunHistory history, List<Piece> pieces) {
  /** Steps {@code after} + 1 to {@code last} of a segment. */
  private record Piece(int segment, long after, long last) {}

  /** Returns the path to the newest step of a segment. */
  static Path to(Segment segment, RunHistory history) {
    Map<Integer, Segment> byIndex = new LinkedHashMap<>();
    history.segments().forEach(s -> byIndex.put(s.index(), s));
    Deque<Piece> pieces = new ArrayDeque<>();
    long last = segment.lastStep();
    for (Segment at = segment; at != null; at = byIndex.get(at.parent())) {
      boolean root = !byIndex.containsKey(at.parent());
      long after = root ? -1 : at.fromStep();
      if (last > after) {
        pieces.addFirst(new Piece(at.index(), after, last));
      }
      last = Math.min(last, after);
    }
    return new Path(history, new ArrayList<>(pieces));
  }

  /** Returns one signal over steps {@code from} to {@code to}. */
  Track track(Signal signal, long from, long to) {
    Track whole = Track.empty(signal, null);
    for (Piece piece : pieces) {
      long first = Math.max(from, piece.after + 1);
      long last = Math.min(to, piece.last);
      if (first <= last) {
        whole = whole.then(history.track(signal, piece.segment, first, last));
      }
    }
    return whole;
  }

  /** Returns all signals over those steps. */
  List<Track> tracks(long from, long to) {
    Map<List<Object>, Track> whole = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      long first = Math.max(from, piece.after + 1);
      long last = Math.min(to, piece.last);
      if (first <= last) {
        for (Track track : history.tracks(piece.segment, first, last)) {
          List<Object> key = List.of(track.signal(), track.layer() == null ? "" : track.layer());
          whole.merge(key, track, Track::then);
        }
      }
    }
    return List.copyOf(whole.values());
  }

  /** Returns the segment of a step of the path. */
  int segmentAt(long step) {
    for (Piece piece : pieces) {
      if (step <= piece.last) {
        return piece.segment;
      }
    }
    return pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).segment;
  }

  /** Returns the segments that begin within steps {@code from} to {@code to}, as resumes. */
  List<Cause> resumes(long from, long to) {
    List<Cause> resumes = new ArrayList<>();
    for (int i = 1; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      long first = piece.after + 1;
      if (first >= from && first <= to) {
        resumes.add(
            new Cause(
                Cause.Kind.RESUME, first, "segment", pieces.get(i - 1).segment, piece.segment));
      }
    }
    return resumes;
  }
}
