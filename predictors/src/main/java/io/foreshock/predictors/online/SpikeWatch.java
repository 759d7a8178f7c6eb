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
 * <p><b>Boundary.</b> Where level and noise may change, a new baseline begins. Until it is ready,
 * the old expectation stands for it, with r = max({@value #NOISIER} k s, far); so only what is far
 * away is flagged, and the rest becomes the new level.
 *
 * <p><b>Cost.</b> That of the baseline.
 */
final class SpikeWatch {
  private static final int WINDOW = 64;

  /** Flagged samples in a row until a level is accepted: a whole window's worth. */
  private static final int ACCEPT_AFTER = 64;

  /** How much noisier a new stage may be than the one before. */
  private static final double NOISIER = 4;

  /** Share of r; below 1 so that a jump does not flicker as it decays. */
  private static final double CALM = 0.4;

  private final ResistantBaseline baseline;
  private final double scores;
  private final double margin;
  private final boolean relative;
  private final double far;
  private int flagged;
  private long firstFlagged;
  private double least;

  /** Expectation and scale before a boundary, while the new baseline is not ready; else NaN. */
  private double before = Double.NaN;

  private double scaleBefore = Double.NaN;

  /**
   * @param scores k, robust standard deviations above the expectation
   * @param margin m, in the signal's unit, or as a share of |μ| when {@code relative}
   * @param far smallest r after a boundary, in the unit of m
   * @param floor smallest s, share of |μ| when {@code relative}, otherwise in the signal's unit
   */
  SpikeWatch(double scores, double margin, double far, boolean relative, double floor) {
    this.scores = scores;
    this.margin = margin;
    this.far = far;
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
      restart();
    }
    if (!ready() || value <= threshold()) {
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
    if (baseline.ready()) {
      before = Double.NaN;
    }
  }

  /** Begins a new baseline, and keeps the old one's expectation until the new one is ready. */
  void boundary() {
    double known = expected();
    double scale = scale();
    restart();
    before = known;
    scaleBefore = scale;
    flagged = 0;
  }

  /** Begins a new baseline. */
  void restart() {
    baseline.restart();
    before = Double.NaN;
  }

  /** Sets the smallest rise that is flagged, in the signal's unit; not part of the state. */
  void least(double rise) {
    least = rise;
  }

  /** Value above which a sample is flagged; NaN during the warm-up. */
  double threshold() {
    return expected() + (flagged > 0 ? CALM * rise() : rise());
  }

  /** r: the rise above the expectation from which a sample is flagged; NaN during the warm-up. */
  double rise() {
    double smallest = isNew() ? far : margin;
    double share = relative ? smallest * Math.abs(expected()) : smallest;
    return Math.max(scores * scale(), Math.max(share, least));
  }

  double expected() {
    return isNew() ? before : baseline.expected();
  }

  /** Change of the expectation per step. */
  double slope() {
    return baseline.slope();
  }

  double scale() {
    return isNew() ? NOISIER * scaleBefore : baseline.scale();
  }

  boolean ready() {
    return isNew() || baseline.ready();
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
    before = state.real(before);
    scaleBefore = state.real(scaleBefore);
  }

  /** Whether a new stage has begun whose baseline is not ready. */
  private boolean isNew() {
    return !Double.isNaN(before);
  }
}
