// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Counts which lines of a run were understood, and which were not and why.
 *
 * <p><b>State.</b> At most {@value #MOST_NAMES} names of each sort, and one step's values. It is
 * not part of the saved state: a run that is restored counts anew.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> A few comparisons a line; names are
 * looked up only for fields that are no signals.
 */
public final class Understanding {
  private static final int MOST_NAMES = 24;
  private static final int LONGEST_NAME = 80;
  private static final Signal[] SIGNALS = Signal.values();

  private final Set<String> unreadFields = new LinkedHashSet<>();
  private final Set<String> unusedFields = new LinkedHashSet<>();
  private long lines;
  private long steps;
  private long unread;
  private long stepless;
  private long evaluations;
  private long repeated;
  private long split;
  private long late;
  private List<String> unreadList = List.of();
  private List<String> unusedList = List.of();

  /** What was judged of the newest step: its signals, count of non-finite values, and step. */
  private final double[] first = new double[Signal.COUNT];

  private long firstSignals;
  private long firstNonfinite;
  private long firstStep = -1;

  /** Whether a rule of the user's own judges a line. */
  private final Predicate<Point> ruled;

  Understanding(Predicate<Point> ruled) {
    this.ruled = ruled;
  }

  /** Whether anything of a line is understood, be it a signal or that it is of an evaluation. */
  public static boolean understands(Point point) {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == Measurement.RUN_CONFIG) {
      return true;
    }
    for (int i = 0; measurement != null && i < point.fieldCount(); i++) {
      String key = point.fieldKey(i);
      boolean signal = Signal.of(measurement, key) != null || key.equals(Telemetry.NONFINITE);
      if (signal && point.text(i) == null) {
        return true;
      }
    }
    return RunEvent.isLine(point) && RunEvent.of(point) != null
        || Telemetry.isSummary(point)
        || isEvaluation(point);
  }

  /**
   * Counts a line of a step or layer.
   *
   * @param ignored how many of its fields {@link Telemetry#fill} ignored
   */
  public void sample(Sample sample, Point point, int ignored) {
    lines++;
    steps += sample.layer() == null ? 1 : 0;
    if (ignored > 0 && unusedFields.size() < MOST_NAMES) {
      noteUnused(sample.measurement(), point);
    }
    if (sample.present() == 0 && sample.nonfinite() == 0 && !isUsed(point)) {
      noteUnread(point);
    }
  }

  /** Counts a line that is of no step and no layer. */
  public void other(Point point) {
    lines++;
    if (!isUsed(point)) {
      noteUnread(point);
    } else if (isEvaluation(point)) {
      evaluations++;
    }
  }

  /** Notes that the detectors read the line. */
  void fed(Sample sample) {
    if (sample.layer() != null) {
      return;
    }
    boolean sameStep = sample.step() == firstStep;
    firstStep = sample.step();
    firstNonfinite = sample.nonfinite() + (sameStep ? firstNonfinite : 0);
    firstSignals = sample.present() | (sameStep ? firstSignals : 0);
    for (long left = sample.present(); left != 0; left &= left - 1) {
      int signal = Long.numberOfTrailingZeros(left);
      first[signal] = sample.get(SIGNALS[signal]);
    }
  }

  /**
   * Notes that the line was not read by the detectors, because its step had a line before.
   *
   * @param live whether it belongs to the live segment
   */
  void late(Sample sample, boolean live) {
    if (!live || sample.layer() != null || sample.step() != firstStep) {
      late += isTimeOfARank(sample) ? 0 : 1;
    } else if (isTimeOfARank(sample)) {
      return; // RankTimes reads it
    } else if (differs(sample)) {
      repeated++;
    } else if ((sample.present() & ~firstSignals) != 0) {
      split++;
    }
    // otherwise it was sent twice, as clients do that got no answer
  }

  /** How many lines held nothing that was understood. */
  public long unread() {
    return unread;
  }

  /** What was counted so far. */
  public Understood report() {
    if (unreadList.size() != unreadFields.size()) {
      unreadList = List.copyOf(unreadFields);
    }
    if (unusedList.size() != unusedFields.size()) {
      unusedList = List.copyOf(unusedFields);
    }
    return new Understood(
        lines, steps, unread, stepless, unreadList, unusedList, evaluations, repeated, split, late);
  }

  private static boolean isTimeOfARank(Sample sample) {
    return sample.rank() != Sample.NO_RANK && sample.has(Signal.STEP_SECONDS);
  }

  private boolean differs(Sample sample) {
    if (sample.nonfinite() > firstNonfinite) {
      return true;
    }
    for (long both = sample.present() & firstSignals; both != 0; both &= both - 1) {
      int signal = Long.numberOfTrailingZeros(both);
      if (sample.get(SIGNALS[signal]) != first[signal]) {
        return true;
      }
    }
    return false;
  }

  private void noteUnused(Measurement measurement, Point point) {
    for (int i = 0; i < point.fieldCount(); i++) {
      String key = point.fieldKey(i);
      if (!Telemetry.isCount(key) && Signal.of(measurement, key) == null) {
        add(unusedFields, key);
      }
    }
  }

  private boolean isUsed(Point point) {
    return understands(point) || ruled.test(point);
  }

  private void noteUnread(Point point) {
    unread++;
    stepless += point.field(Telemetry.STEP) < 0 ? 1 : 0;
    for (int i = 0; i < point.fieldCount() && unreadFields.size() < MOST_NAMES; i++) {
      if (!point.fieldKey(i).equals(Telemetry.STEP)) {
        add(unreadFields, point.fieldKey(i));
      }
    }
  }

  private static void add(Set<String> names, String name) {
    if (names.size() < MOST_NAMES) {
      names.add(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name);
    }
  }

  /** Whether a line is of an evaluation: all of it, or every field besides the step. */
  private static boolean isEvaluation(Point point) {
    if (point.measurement().equals(Telemetry.EVALUATION) || Evaluations.isLine(point)) {
      return true;
    }
    boolean found = false;
    for (int i = 0; i < point.fieldCount(); i++) {
      if (!point.fieldKey(i).equals(Telemetry.STEP)) {
        if (!Evaluations.isName(point.fieldKey(i))) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }
}
