// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;

/**
 * Whether the mean reward of a run rises, stands still or has fallen, whatever its scale is.
 *
 * <p><b>Definition.</b> With the {@link OwnLevel} of the mean reward and its error e: rising when
 * the level is {@value #CLEAR} e above its reference; risen when it is {@value #CLEAR} e above
 * where it began; fallen when it is {@value #FALL} e below its highest level, which is three times
 * what it moves between two steps, and has lost {@value #LOST} of what it had gained.
 *
 * <p><b>Edges.</b> Unknown before {@value OwnLevel#WARM_UP} samples. A boundary begins anew.
 * <b>Cost.</b> O(1). <b>Source.</b> Our own.
 */
final class RewardCourse {
  private static final double CLEAR = 3;
  private static final double FALL = 12;
  private static final double LOST = 0.5;

  private final OwnLevel reward = new OwnLevel(0);
  private double highest;

  /** Adds a finite mean reward. */
  void add(long step, double mean) {
    reward.add(step, mean);
    boolean first = reward.samples() <= 8; // until the level is that of its whole memory
    highest = first ? reward.level() : Math.max(highest, reward.level());
  }

  void boundary() {
    reward.boundary();
  }

  boolean known() {
    return reward.ready();
  }

  double level() {
    return reward.level();
  }

  double highest() {
    return highest;
  }

  boolean isRising() {
    return reward.level() - reward.reference() > CLEAR * reward.error();
  }

  boolean hasRisen() {
    return reward.level() - reward.began() > CLEAR * reward.error();
  }

  boolean hasFallen() {
    double lost = highest - reward.level();
    return lost > FALL * reward.error() && lost > LOST * (highest - reward.began());
  }

  void exchange(State state) {
    reward.exchange(state);
    highest = state.real(highest);
  }
}
