// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.TrainingObjective;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects, by the clock, that even the lowest loss of five minutes is above what was usual in the
 * hour before: a cross-check for runs that log every step and take days.
 *
 * <p><b>Definition.</b> Losses are gathered in stretches of {@value #STRETCH_SECONDS} s by the
 * times of the lines. Of {@value #BEFORE} stretches, μ is the mean and σ the standard deviation of
 * all losses. The stretch after them is left out, because a rise may have begun in its middle.
 * Flagged when the lowest loss of the one after that is above μ + max({@value #LEAST_RISE}, {@value
 * #DEVIATIONS} σ): info.
 *
 * <p><b>What others do not find.</b> {@link LossDivergence} compares a level with its lowest ever
 * and needs 13 %, because it counts samples and cannot know how long they took. This rule forgets
 * after an hour and needs only {@value #LEAST_RISE} nats, so it finds a small rise that stays. It
 * reports it until the rise is part of that hour.
 *
 * <p><b>Edges.</b> A stretch counts from {@value #LEAST_LINES} lines on, and a gap of more than
 * {@value #STRETCH_SECONDS} s without lines begins anew: a rule by the clock has nothing to say of
 * sparse logs. Nothing is judged before {@value #KEPT} stretches, nor where a loss is no likelihood
 * or was below 0. A flagged stretch enters the hour like any other. <b>Cost.</b> O(1) a line,
 * O({@value #BEFORE}) a stretch. <b>Source.</b> Marin's 535B run pages by it (marin#8435); what it
 * adds here was measured, see docs/decisions/detection.md.
 */
public final class LossFloor implements Detector {
  private static final double STRETCH_SECONDS = 300;
  private static final int BEFORE = 11;
  private static final int KEPT = BEFORE + 1;
  private static final double LEAST_RISE = 0.05;
  private static final double DEVIATIONS = 6;
  private static final int LEAST_LINES = 8;
  private static final double NANOS = 1e9;

  /**
   * Of each whole stretch before, oldest first: its losses' number, mean, and squared deviations
   * from it.
   */
  private final double[] counts = new double[KEPT];

  private final double[] means = new double[KEPT];
  private final double[] squares = new double[KEPT];
  private int stretches;
  private boolean begun;
  private long startNanos;
  private long lastNanos;
  private double count;
  private double mean;
  private double square;
  private double lowest;
  private boolean high;
  private double usual;
  private double limit;
  private double floor;
  private boolean signed;
  private boolean likelihood = true;

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_FLOOR;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS);
  }

  @Override
  public Judging judging() {
    if (!likelihood || signed) {
      return new Judging.NothingToJudgeBy("a loss above 0 that falls while the run learns");
    }
    return begun && stretches == 0
        ? new Judging.WarmingUp(0, KEPT)
        : Judging.of(stretches, KEPT, Signal.LOSS.wireName());
  }

  @Override
  public void configure(RunConfig config) {
    likelihood = TrainingObjective.of(config).isLikelihood();
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss)) {
      return;
    }
    signed |= loss < 0;
    long time = sample.timeNanos();
    if (begun && (time - lastNanos) / NANOS > STRETCH_SECONDS) {
      boundary();
    }
    if (!begun) {
      begun = true;
      startNanos = time;
      empty();
    } else if ((time - startNanos) / NANOS >= STRETCH_SECONDS) {
      close();
      startNanos = time;
      empty();
    }
    lastNanos = Math.max(lastNanos, time);
    count++;
    double away = loss - mean;
    mean += away / count;
    square += away * (loss - mean);
    lowest = Math.min(lowest, loss);
    if (high && likelihood && !signed) {
      emit(verdicts);
    }
  }

  @Override
  public void boundary() {
    begun = false;
    stretches = 0;
    high = false;
  }

  @Override
  public void exchange(State state) {
    state.reals(counts);
    state.reals(means);
    state.reals(squares);
    stretches = (int) state.integer(stretches);
    begun = state.flag(begun);
    startNanos = state.integer(startNanos);
    lastNanos = state.integer(lastNanos);
    count = state.real(count);
    mean = state.real(mean);
    square = state.real(square);
    lowest = state.real(lowest);
    high = state.flag(high);
    usual = state.real(usual);
    limit = state.real(limit);
    floor = state.real(floor);
    signed = state.flag(signed);
  }

  private void empty() {
    count = 0;
    mean = 0;
    square = 0;
    lowest = Double.POSITIVE_INFINITY;
  }

  private void close() {
    if (count < LEAST_LINES) {
      stretches = 0;
      high = false;
      return;
    }
    high = stretches == KEPT && isHigh();
    int drop = stretches == KEPT ? 1 : 0;
    System.arraycopy(counts, drop, counts, 0, stretches - drop);
    System.arraycopy(means, drop, means, 0, stretches - drop);
    System.arraycopy(squares, drop, squares, 0, stretches - drop);
    stretches -= drop;
    counts[stretches] = count;
    means[stretches] = mean;
    squares[stretches] = square;
    stretches++;
  }

  private boolean isHigh() {
    double all = 0;
    double sum = 0;
    for (int i = 0; i < BEFORE; i++) {
      all += counts[i];
      sum += counts[i] * means[i];
    }
    usual = sum / all;
    double squared = 0;
    for (int i = 0; i < BEFORE; i++) {
      double away = means[i] - usual;
      squared += squares[i] + counts[i] * away * away;
    }
    limit = usual + Math.max(LEAST_RISE, DEVIATIONS * Math.sqrt(squared / all));
    floor = lowest;
    return floor > limit;
  }

  private void emit(Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.LOSS_FLOOR, Severity.INFO, Signal.LOSS)
        .value(floor, limit)
        .evidence("usual", usual)
        .emit(
            verdicts,
            "The lowest loss of five minutes is "
                + Finding.figure(floor)
                + "; in the hour before the mean was "
                + Finding.figure(usual)
                + ", and "
                + Finding.figure(limit)
                + " is the limit.");
  }
}
