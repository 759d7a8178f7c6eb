// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the segment of the run to which a line belongs, and whether the line is the newest of its
 * series.
 *
 * <p><b>Rules.</b> A series is the lines of whole steps, of one layer, or of one head. A declared
 * segment decides: a newer one is opened, a line of an older one is late. Without one, a line whose
 * step goes back and whose time is newer opens a segment. A line with an equal step, or with an
 * older or equal time, is late, unless all its signals are new to that step: senders may send
 * rewards apart from the loss. So is a line older than the first line of the live segment. Of
 * several ranks only rank 0 opens a segment without declaring it, and only by going back more than
 * {@value #RANKS_APART} steps, because their clocks differ.
 *
 * <p><b>Edges.</b> Two senders under one name look like endless rollbacks. Opening a segment costs
 * one of {@value #MAX_CREDIT} credits, and {@value #LINES_PER_CREDIT} lines earn one; without
 * credit the line is late, so the sender that is ahead is followed. Beyond {@value #MAX_SEGMENTS}
 * segments the oldest dead ones, except the first, are dropped.
 *
 * <p><b>Cost.</b> O(1) a line.
 */
final class Lineage {
  /** Place of a line in its run. */
  enum Place {
    /** Newest of its series. */
    NEXT,
    /** Not newer than its series. */
    LATE,
    /** First line of a new segment. */
    BRANCH,
    /** There are too many series for this one. */
    UNKNOWN
  }

  static final int MAX_SEGMENTS = 256;
  private static final long RANKS_APART = 8;
  private static final int MAX_CREDIT = 8;
  private static final int LINES_PER_CREDIT = 256;

  private final SeriesEnd stepEnd = new SeriesEnd();
  private final Layers<SeriesEnd> layerEnds =
      new Layers<>(SeriesEnd::new, (end, state) -> end.exchange(state));
  private final List<Segment> segments = new ArrayList<>();
  private int credit = MAX_CREDIT;
  private int linesToCredit = LINES_PER_CREDIT;

  /** Newest step of one series, and the segment and time in which it was seen. */
  private static final class SeriesEnd {
    long step = -1;
    long timeNanos = Long.MIN_VALUE;
    int segment = -1;

    /** Signals that the lines of its newest step had. */
    long signals;

    /** Whether they had neither a signal nor a count of non-finite values; not in the state. */
    boolean isEmpty;

    void exchange(State state) {
      step = state.integer(step);
      timeNanos = state.integer(timeNanos);
      segment = (int) state.integer(segment);
      signals = state.integer(signals);
    }
  }

  /** Returns the place of a line, and opens the segment that it begins. */
  Place place(Sample sample) {
    SeriesEnd end = sample.layer() == null ? stepEnd : layerEnds.of(sample);
    if (end == null) {
      return Place.UNKNOWN;
    }
    earnCredit();
    Place place = place(sample, end);
    if (place == Place.BRANCH) {
      open(sample, sample.step() - 1);
    }
    if (place != Place.LATE) {
      boolean sameStep = sample.step() == end.step && end.segment == live();
      end.signals = sent(sample) | (sameStep ? end.signals : 0);
      end.isEmpty = isEmpty(sample);
      end.step = sample.step();
      end.timeNanos = Math.max(end.timeNanos, sample.timeNanos());
      end.segment = live();
      advance(sample.step());
    }
    return place;
  }

  /** Index of the segment that a line belongs to, late or not. */
  int segmentOf(Sample sample) {
    return sample.segment() != Sample.NO_SEGMENT
        ? sample.segment()
        : Segment.liveAt(segments, sample.timeNanos());
  }

  /** Whether a line is of the live segment, by what it declares or by its time. */
  boolean isLive(Sample sample) {
    return segmentOf(sample) == live();
  }

  /** Index of the live segment; 0 before the first line. */
  int live() {
    return segments.isEmpty() ? 0 : last().index();
  }

  long lastStep() {
    return segments.isEmpty() ? 0 : last().lastStep();
  }

  List<Segment> segments() {
    return List.copyOf(segments);
  }

  /** Sets the segments of a run whose state is missing. */
  void resume(List<Segment> known, long newestNanos) {
    segments.addAll(known.subList(Math.max(0, known.size() - MAX_SEGMENTS), known.size()));
    if (!segments.isEmpty()) {
      stepEnd.step = last().lastStep();
      stepEnd.segment = last().index();
      stepEnd.timeNanos = newestNanos;
    }
  }

  void exchange(State state) {
    stepEnd.exchange(state);
    layerEnds.exchange(state);
    credit = (int) state.integer(credit);
    linesToCredit = (int) state.integer(linesToCredit);
    int count = (int) state.integer(segments.size());
    List<Segment> old = List.copyOf(segments);
    segments.clear();
    for (int i = 0; i < count; i++) {
      Segment s = i < old.size() ? old.get(i) : new Segment(0, 0, 0, 0, 0, false);
      segments.add(
          new Segment(
              (int) state.integer(s.index()),
              (int) state.integer(s.parent()),
              state.integer(s.fromStep()),
              state.integer(s.lastStep()),
              state.integer(s.startedNanos()),
              state.flag(s.live())));
    }
  }

  private Place place(Sample sample, SeriesEnd end) {
    if (segments.isEmpty()) {
      open(sample, 0);
      return Place.NEXT;
    }
    Segment live = last();
    boolean declared = sample.segment() != Sample.NO_SEGMENT;
    if (declared && sample.segment() != live.index()) {
      return sample.segment() > live.index() ? Place.BRANCH : Place.LATE;
    }
    // lines of this series in a dead segment beyond the branch no longer count
    long newest = end.segment == live.index() ? end.step : Math.min(end.step, live.fromStep());
    boolean fillsStep = sample.step() == newest && addsTo(sample, end);
    if (sample.step() > newest || fillsStep) {
      boolean fromDead = live.parent() >= 0 && sample.timeNanos() < live.startedNanos();
      return fromDead && !declared ? Place.LATE : Place.NEXT;
    }
    boolean back = goesBack(sample, newest) && sample.timeNanos() > end.timeNanos;
    return back && !declared && spendCredit() ? Place.BRANCH : Place.LATE;
  }

  /** Ranks have clocks of their own, so a line of a rank may come later and seem newer. */
  private static boolean goesBack(Sample sample, long newest) {
    return switch (sample.rank()) {
      case Sample.NO_RANK -> sample.step() < newest;
      case 0 -> sample.step() < newest - RANKS_APART;
      default -> false;
    };
  }

  /** Whether a line has something that the lines of its step before it did not have. */
  private static boolean addsTo(Sample sample, SeriesEnd end) {
    return end.isEmpty ? !isEmpty(sample) : sent(sample) != 0 && (sent(sample) & end.signals) == 0;
  }

  private static long sent(Sample sample) {
    return sample.present() | sample.broken();
  }

  private static boolean isEmpty(Sample sample) {
    return sample.present() == 0 && sample.nonfinite() == 0;
  }

  private void open(Sample sample, long fromStep) {
    int parent = -1;
    int index = Math.max(sample.segment(), 0);
    if (!segments.isEmpty()) {
      Segment old = last();
      parent = old.index();
      index = sample.segment() == Sample.NO_SEGMENT ? old.index() + 1 : sample.segment();
      replaceLast(old.lastStep(), false);
    }
    segments.add(new Segment(index, parent, fromStep, fromStep, sample.timeNanos(), true));
    if (segments.size() > MAX_SEGMENTS) {
      segments.remove(1);
    }
  }

  private void advance(long step) {
    if (step > last().lastStep()) {
      replaceLast(step, true);
    }
  }

  private void replaceLast(long lastStep, boolean live) {
    Segment s = last();
    segments.set(
        segments.size() - 1,
        new Segment(s.index(), s.parent(), s.fromStep(), lastStep, s.startedNanos(), live));
  }

  private Segment last() {
    return segments.get(segments.size() - 1);
  }

  private void earnCredit() {
    if (--linesToCredit == 0) {
      linesToCredit = LINES_PER_CREDIT;
      credit = Math.min(MAX_CREDIT, credit + 1);
    }
  }

  private boolean spendCredit() {
    if (credit == 0) {
      return false;
    }
    credit--;
    return true;
  }
}
