// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a loss that stops falling although its course was to fall further.
 *
 * <p><b>Definition.</b> Level m = mean loss with a memory of {@value #MEMORY} samples, kept at four
 * marks per octave of steps. A power law with a floor, L = E + A t^−a, falls from octave to octave
 * by a constant ratio; so with the falls d₁ (t/8 to t/4) and d₂ (t/4 to t/2) the next fall is d₂ ·
 * min(1, d₂ / d₁), and the course is now L̂ = m(t/2) minus that. Flagged when m − L̂ is above
 * max({@value #SHARE} L̂, {@value #ERRORS} e, e the level's error) and the loss has fallen by less
 * than {@value #TAKEN} of what was expected, for {@value #HOLD} samples: info; warning when the
 * learning rate is {@value #RATE_FACTOR} times what it was at t/2, which explains it.
 *
 * <p><b>Edges.</b> Needs {@value #WARM_UP} samples, and to have watched since t/8. A course that
 * was not falling is not judged. A loss that is above the level at t/2 by more than the expected
 * fall is left to {@link LossDivergence}. Never critical. <b>Cost.</b> O(1). <b>Source.</b> Our
 * own; the form of L: Hoffmann et al. 2022.
 */
public final class LossPlateau implements Detector {
  private static final double MEMORY = 16;
  private static final int WARM_UP = 128;
  private static final double SHARE = 0.03;
  private static final double ERRORS = 8;
  private static final double TAKEN = 0.25;
  private static final int HOLD = 8;
  private static final double CLIP = 5;

  /** Smallest noise as a share of the level, so that a constant loss does not freeze the level. */
  private static final double LEAST_NOISE = 0.002;

  private static final double RATE_FACTOR = 1.5;

  private static final int MARKS_PER_OCTAVE = 4;
  private static final int OCTAVES = 3;
  private static final int MARKS = OCTAVES * MARKS_PER_OCTAVE + 1;
  private static final int UNSEEN = Integer.MIN_VALUE;

  /** Rings of the level and the learning rate at each mark, and of the number of the mark. */
  private final double[] levels = new double[MARKS];

  private final double[] rates = new double[MARKS];
  private final double[] marks = new double[MARKS];
  private int samples;
  private double level;
  private double noise;
  private int held;

  /** A detector that has seen nothing. */
  public LossPlateau() {
    Arrays.fill(marks, UNSEEN);
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_PLATEAU;
  }

  @Override
  public Judging judging() {
    return Judging.of(samples, WARM_UP, Signal.LOSS.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS, Signal.LEARNING_RATE);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss) || sample.step() < 1) {
      return;
    }
    samples = Math.min(samples + 1, WARM_UP);
    smooth(loss);
    int mark = (int) Math.floor(MARKS_PER_OCTAVE * Math.log(sample.step()) / Math.log(2));
    int slot = mark % MARKS;
    if (marks[slot] != mark) {
      marks[slot] = mark;
      levels[slot] = level;
      rates[slot] = sample.get(Signal.LEARNING_RATE);
    }
    if (samples == WARM_UP) {
      judge(mark, sample, verdicts);
    }
  }

  /** A course over a boundary is no power law. */
  @Override
  public void boundary() {
    Arrays.fill(marks, UNSEEN);
    samples = 0;
    held = 0;
  }

  @Override
  public void exchange(State state) {
    state.reals(levels);
    state.reals(rates);
    state.reals(marks);
    samples = (int) state.integer(samples);
    level = state.real(level);
    noise = state.real(noise);
    held = (int) state.integer(held);
  }

  /** Averages; a sample counts for no more than a few noises, so that a bad batch has no effect. */
  private void smooth(double loss) {
    double share = 1 / Math.min(samples, MEMORY);
    double room = CLIP * Math.max(noise, LEAST_NOISE * Math.abs(level));
    double move = samples <= MEMORY ? loss - level : Math.max(-room, Math.min(room, loss - level));
    noise += share * (Math.abs(move) - noise);
    level += share * move;
  }

  private void judge(int mark, Sample sample, Consumer<Verdict> verdicts) {
    double half = levelAt(mark - MARKS_PER_OCTAVE);
    double quarter = levelAt(mark - 2 * MARKS_PER_OCTAVE);
    double eighth = levelAt(mark - 3 * MARKS_PER_OCTAVE);
    double fell = quarter - half;
    double due = fell * Math.min(1, fell / (eighth - quarter));
    double course = Math.max(0, half - due); // no loss that falls like this ends below 0
    double error = noise / Math.sqrt(2 * MEMORY - 1);
    boolean flat = level - half > -TAKEN * due && level - half < due;
    boolean above = level - course > Math.max(SHARE * Math.abs(course), ERRORS * error);
    boolean falling = fell > 0 && eighth > quarter;
    held = falling && flat && above ? held + 1 : 0;
    if (held >= HOLD) {
      double rateThen = rates[Math.floorMod(mark - MARKS_PER_OCTAVE, MARKS)];
      emit(course, sample.get(Signal.LEARNING_RATE) / rateThen, verdicts);
    }
  }

  /** Returns the level at a mark; NaN when the run was not watched then. */
  private double levelAt(int mark) {
    int slot = Math.floorMod(mark, MARKS);
    return marks[slot] == mark ? levels[slot] : Double.NaN;
  }

  private void emit(double course, double rateFactor, Consumer<Verdict> verdicts) {
    boolean explained = rateFactor > RATE_FACTOR;
    Severity severity = explained ? Severity.WARNING : Severity.INFO;
    Finding finding =
        new Finding(AlarmKind.LOSS_PLATEAU, severity, Signal.LOSS)
            .value(level, course)
            .evidence("expected", course)
            .evidence("noise", noise);
    if (explained) {
      finding.evidence("learning_rate_factor", rateFactor);
    }
    finding.emit(
        verdicts,
        "Loss has stopped falling: it is "
            + Finding.figure(level)
            + " where its course so far leads to "
            + Finding.figure(course)
            + (explained
                ? "; the learning rate has grown " + Finding.figure(rateFactor) + "-fold."
                : "."));
  }
}
