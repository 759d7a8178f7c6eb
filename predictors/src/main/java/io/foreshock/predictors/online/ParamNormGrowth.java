// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a norm of the parameters that grows faster and faster.
 *
 * <p><b>Definition.</b> n(t) is the norm t steps after the watch or the stage began; it is kept at
 * eight marks per octave of t. A healthy norm grows like t^p with p of at most 1 (√t for random
 * updates, t for updates that agree, nothing at the equilibrium of weight decay), and like t³ while
 * a linear warm-up makes random updates larger. So the growth from t/2 to t is at most 8 times that
 * from t/4 to t/2, and up to 11 between marks. Flagged when it is more than {@value #RATIO} times,
 * {@value #HOLD} samples in a row: info when n(t) is above {@value #INFO_FACTOR} n(t/2), warning
 * above {@value #WARNING_FACTOR} n(t/2).
 *
 * <p><b>Edges.</b> A growth from t/4 to t/2 of less than {@value #LEAST_GROWTH} of the norm counts
 * as that much, so that a constant norm may move. Nothing is judged before {@value #LEAST_STEPS}
 * steps, nor where a learning rate is {@value #RATE_FACTOR} times what it was at t/2: with weight
 * decay the norm then goes to another equilibrium. Never critical: the norm says that something is
 * wrong, not that the run diverges. <b>Cost.</b> O(1), {@value #MARKS} marks. <b>Source.</b> Our
 * own; the equilibrium: Kosson et al. 2024. No public log that we have holds a norm of parameters:
 * it was measured on trained and made-up runs.
 */
public final class ParamNormGrowth implements Detector {
  private static final int MARKS_PER_OCTAVE = 8;
  private static final int MARKS = 2 * MARKS_PER_OCTAVE + 1;
  private static final int UNSEEN = Integer.MIN_VALUE;
  private static final double RATIO = 12;
  private static final double INFO_FACTOR = 1.3;
  private static final double WARNING_FACTOR = 2;
  private static final double LEAST_GROWTH = 0.01;
  private static final int HOLD = 4;
  private static final long LEAST_STEPS = 64;
  private static final double RATE_FACTOR = 1.5;

  /** Rings of the norm and the learning rate at each mark, and of the number of the mark. */
  private final float[] norms = new float[MARKS];

  private final float[] rates = new float[MARKS];
  private final int[] marks = new int[MARKS];
  private long firstStep = -1;
  private int held;

  /** A detector that has seen nothing. */
  public ParamNormGrowth() {
    Arrays.fill(marks, UNSEEN);
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.PARAM_NORM_GROWTH;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.PARAM_NORM, Signal.LEARNING_RATE);
  }

  @Override
  public Judging judging() {
    int known = 0;
    for (int mark : marks) {
      known += mark == UNSEEN ? 0 : 1;
    }
    return Judging.of(known, MARKS, Signal.PARAM_NORM.wireName());
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double norm = sample.get(Signal.PARAM_NORM);
    if (!(norm > 0)) {
      return;
    }
    firstStep = firstStep < 0 ? sample.step() : firstStep;
    double t = Math.max(1, sample.step() - firstStep + 1);
    double rate = sample.get(Signal.LEARNING_RATE);
    int mark = (int) Math.floor(MARKS_PER_OCTAVE * Math.log(t) / Math.log(2));
    int slot = mark % MARKS;
    if (marks[slot] != mark) {
      marks[slot] = mark;
      norms[slot] = (float) Math.min(norm, Float.MAX_VALUE);
      rates[slot] = (float) rate;
    }
    double half = at(norms, mark - MARKS_PER_OCTAVE);
    double quarter = at(norms, mark - 2 * MARKS_PER_OCTAVE);
    double before = Math.max(half - quarter, LEAST_GROWTH * half);
    boolean faster = norm - half > RATIO * before && norm > INFO_FACTOR * half;
    boolean explained = rate > RATE_FACTOR * at(rates, mark - MARKS_PER_OCTAVE);
    held = t >= LEAST_STEPS && faster && !explained ? held + 1 : 0;
    if (held >= HOLD) {
      emit(norm, half, before, verdicts);
    }
  }

  @Override
  public void boundary() {
    Arrays.fill(marks, UNSEEN);
    firstStep = -1;
    held = 0;
  }

  @Override
  public void exchange(State state) {
    for (int i = 0; i < MARKS; i++) {
      norms[i] = (float) state.real(norms[i]);
      rates[i] = (float) state.real(rates[i]);
      marks[i] = (int) state.integer(marks[i]);
    }
    firstStep = state.integer(firstStep);
    held = (int) state.integer(held);
  }

  /** The value at a mark; NaN when the run was not watched then. */
  private double at(float[] values, int mark) {
    int slot = Math.floorMod(mark, MARKS);
    return marks[slot] == mark ? values[slot] : Double.NaN;
  }

  private static void emit(double norm, double half, double before, Consumer<Verdict> verdicts) {
    Severity severity = norm > WARNING_FACTOR * half ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.PARAM_NORM_GROWTH, severity, Signal.PARAM_NORM)
        .value(norm, INFO_FACTOR * half)
        .evidence("half_way", half)
        .evidence("growth", norm - half)
        .evidence("growth_before", before)
        .emit(
            verdicts,
            "Norm of the parameters is "
                + Finding.figure(norm)
                + ", "
                + Finding.figure(norm / half)
                + " times what it was at half of the steps; its growth since then is "
                + Finding.figure((norm - half) / before)
                + " times that of the quarter before.");
  }
}
