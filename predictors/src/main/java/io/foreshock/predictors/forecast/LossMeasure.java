// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.TrainingObjective;

/**
 * What a run's loss measures: whether factors and shares of it have a meaning, and from what rise
 * on it matters.
 *
 * <p><b>Definition.</b> A loss is comparable when its objective, if announced, is a likelihood
 * ({@link TrainingObjective}), when it was never below 0, and when it began above 0. It began at
 * the median of its first {@value #COUNT} values, because a single one may be an odd batch.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> O(1). <b>Source.</b> Our own, after
 * public logs.
 */
public final class LossMeasure {
  private static final int COUNT = 5;

  /** Share of the beginning below which the data may count as learned by heart, and nats. */
  private static final double BY_HEART = 0.17;

  private static final double BY_HEART_NATS = 0.7;

  /** Share of the beginning to which a loss learned by heart must rise before it matters. */
  private static final double LOST = 0.35;

  /** Factor by which a loss must have fallen for its level to measure progress. */
  private static final double FALLEN = 1.3;

  private static final double ABOVE_BEGINNING = 1.5;

  private final double[] values = new double[COUNT];
  private int size;
  private double median = Double.NaN;
  private boolean likelihood = true;
  private boolean signed;

  /** Reads the objective that the run announced; not part of the state. */
  public void configure(RunConfig config) {
    likelihood = TrainingObjective.of(config).isLikelihood();
  }

  /** Adds the next finite loss. */
  public void add(double loss) {
    signed |= loss < 0;
    if (size < COUNT) {
      values[size++] = loss;
      median = Medians.of(values.clone(), 0, size);
    }
  }

  /** Whether factors and shares of the loss have a meaning; true before the first loss. */
  public boolean isComparable() {
    return likelihood && !signed && !(median <= 0);
  }

  /** Whether the announced objective is a likelihood, whatever the losses are. */
  public boolean isLikelihood() {
    return likelihood;
  }

  /** The loss at which the run began; NaN before the first. */
  public double began() {
    return median;
  }

  /**
   * The smallest rise above {@code level} that matters, 0 where every rise does. A model has
   * learned its data by heart when the level is below {@value #BY_HEART} of the beginning and below
   * {@value #BY_HEART_NATS}; a rise then ends above {@value #LOST} of the beginning.
   */
  public double leastRise(double level) {
    boolean byHeart = level < BY_HEART * median && level < BY_HEART_NATS;
    return byHeart ? LOST * median - level : 0;
  }

  /**
   * The smallest slow rise above {@code level} that matters. Where the loss has not fallen by a
   * factor of {@value #FALLEN}, as in fine-tuning or between adversaries, it must end {@value
   * #ABOVE_BEGINNING} times as high as the beginning.
   */
  public double leastSlowRise(double level) {
    return level * FALLEN < median ? leastRise(level) : ABOVE_BEGINNING * median - level;
  }

  /**
   * A loss for extrapolation: near 0, where it changes by factors without meaning, it is constant.
   */
  double floored(double loss) {
    return Math.max(loss, Math.min(BY_HEART * median, BY_HEART_NATS));
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    size = (int) state.integer(size);
    state.reals(values);
    median = state.real(median);
    signed = state.flag(signed);
  }
}
