// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.ResistantBaseline;
import io.foreshock.predictors.stats.State;

/**
 * Follows one signal and finds samples that jump above its expected course.
 *
 * <p><b>Definition.</b> A sample is flagged when it lies above the {@link ResistantBaseline}'s
 * expectation μ by more than r = max(k s, m, least); once flagged, the signal is normal again below
 * μ + {@value #CALM} r. Flagged samples do not enter the baseline. <b>Re-baseline rule:</b> after
 * {@value #ACCEPT_AFTER} flagged samples in a row, all of which were reported, the level counts as
 * normal: the next sample begins a new baseline and is not flagged.
 *
 * <p><b>Cost.</b> That of the baseline.
 */
final class SpikeWatch {
  private static final int WINDOW = 64;

  /** Flagged samples in a row until a level is accepted: a whole window's worth. */
  private static final int ACCEPT_AFTER = 64;

  /** Share of r; below 1 so that a jump does not flicker as it decays. */
  private static final double CALM = 0.4;

  private final ResistantBaseline baseline;
  private final double scores;
  private final double margin;
  private final boolean relative;
  private int flagged;
  private long firstFlagged;
  private double least;

  /**
   * @param scores k, robust standard deviations above the expectation
   * @param margin m, in the signal's unit, or as a share of |μ| when {@code relative}
   * @param floor smallest s, share of |μ| when {@code relative}, otherwise in the signal's unit
   */
  SpikeWatch(double scores, double margin, boolean relative, double floor) {
    this.scores = scores;
    this.margin = margin;
    this.relative = relative;
    this.baseline = new ResistantBaseline(WINDOW, relative ? floor : 0, relative ? 1e-9 : floor);
  }

  /** Samples that the baseline holds, at most those that it needs. */
  int warmedUp() {
    return baseline.warmedUp();
  }

  /** Adds a finite value; returns whether it is flagged. */
  boolean add(long step, double value) {
    if (flagged == ACCEPT_AFTER) {
      baseline.restart();
    }
    if (!baseline.ready() || value <= threshold()) {
      learn(step, value);
      return false;
    }
    if (flagged++ == 0) {
      firstFlagged = step;
    }
    return true;
  }

  /** Adds a finite value as a normal one, whatever it is. */
  void learn(long step, double value) {
    baseline.accept(step, value);
    flagged = 0;
  }

  /** Sets the smallest rise that is flagged, in the signal's unit; not part of the state. */
  void least(double rise) {
    least = rise;
  }

  /** Value above which a sample is flagged; NaN during the warm-up. */
  double threshold() {
    return baseline.expected() + (flagged > 0 ? CALM * rise() : rise());
  }

  /** r: the rise above the expectation from which a sample is flagged; NaN during the warm-up. */
  double rise() {
    double share = relative ? margin * Math.abs(baseline.expected()) : margin;
    return Math.max(scores * baseline.scale(), Math.max(share, least));
  }

  double expected() {
    return baseline.expected();
  }

  /** Change of the expectation per step. */
  double slope() {
    return baseline.slope();
  }

  double scale() {
    return baseline.scale();
  }

  double score(double value) {
    return baseline.score(value);
  }

  boolean ready() {
    return baseline.ready();
  }

  /** Flagged samples in a row, this one included. */
  int flagged() {
    return flagged;
  }

  /** Step at which the flagged row began. */
  long firstFlagged() {
    return firstFlagged;
  }

  void exchange(State state) {
    baseline.exchange(state);
    flagged = (int) state.integer(flagged);
    firstFlagged = state.integer(firstFlagged);
  }
}
