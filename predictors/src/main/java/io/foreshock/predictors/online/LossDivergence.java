// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.LossMeasure;
import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a loss that rises, however slowly, or stays well above its lowest level.
 *
 * <p><b>Definition.</b> x̃ = median of the last {@value #MEDIAN_OF} losses; level m ← m + (x̃ − m)
 * / M, M = {@value #MEMORY} samples, in sparse logs {@value #MEMORY_STEPS} steps but at least
 * {@value #MIN_MEMORY} samples; noise s ← s + (min(|x − x̃|, 5 s) − s) / M; the level's error e = s
 * / √(2 M − 1); lowest = min m after the warm-up. Warning when m − lowest is above max({@value
 * #WARNING_ERRORS} e, {@value #WARNING_SHARE} lowest), critical above max({@value #CRITICAL_ERRORS}
 * e, {@value #CRITICAL_SHARE} lowest). A learning rate that has risen {@value #RATE_FACTOR}-fold
 * since the lowest is named as the likely cause. Each must hold for {@value #HOLD} samples, or
 * {@value #HOLD_SPARSE} that cover {@value #HOLD_STEPS} steps. ETA: steps until {@value
 * #ONSET_SHARE} above the lowest at the pace since.
 *
 * <p><b>Edges.</b> The median removes blips of up to three samples. The lowest level is kept until
 * the next stage boundary, so a jump that stays is not absorbed. A rise must also be above {@link
 * LossMeasure#leastSlowRise}, and {@value #BEYOND_RECOVERED} times the largest one of which {@value
 * #RECOVERED} went away again, because some losses wander. Nothing is judged where shares of the
 * loss mean nothing ({@link LossMeasure#isComparable}). <b>Cost.</b> O({@value #MEDIAN_OF}).
 * <b>Source.</b> Our own.
 */
public final class LossDivergence implements Detector {
  private static final int MEDIAN_OF = 7;
  private static final double MEMORY = 24;

  /** Memory in a sparse log, steps. */
  private static final double MEMORY_STEPS = 96;

  private static final double MIN_MEMORY = 8;
  private static final int WARM_UP = 32;

  /**
   * Many errors, because neighbouring batches are not independent and the lowest is the minimum of
   * many.
   */
  private static final double WARNING_ERRORS = 8;

  private static final double WARNING_SHARE = 0.13;
  private static final double CRITICAL_ERRORS = 11;
  private static final double CRITICAL_SHARE = 0.20;
  private static final double BEYOND_RECOVERED = 1.5;
  private static final double RECOVERED = 0.7;
  private static final double RATE_FACTOR = 1.5;
  private static final double ONSET_SHARE = 0.50;
  private static final int HOLD = 8;
  private static final int HOLD_SPARSE = 4;
  private static final int HOLD_STEPS = 40;

  private final Window recent = new Window(MEDIAN_OF);
  private final double[] scratch = new double[MEDIAN_OF];
  private int samples;
  private double memory = MEMORY;
  private double level;
  private double noise;
  private double lowest = Double.POSITIVE_INFINITY;
  private long lowestStep;
  private double lowestRate = Double.NaN;
  private double excursion;
  private double recovered;
  private int heldWarning;
  private int heldCritical;
  private final LossMeasure measure = new LossMeasure();

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_DIVERGENCE;
  }

  @Override
  public Judging judging() {
    return !measure.isComparable()
        ? new Judging.NothingToJudgeBy("a loss above 0 that falls while the run learns")
        : Judging.of(Math.min(samples, WARM_UP), WARM_UP, Signal.LOSS.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS, Signal.LEARNING_RATE);
  }

  @Override
  public void configure(RunConfig config) {
    measure.configure(config);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss)) {
      return;
    }
    measure.add(loss);
    smooth(sample.step(), loss);
    if (samples < WARM_UP || !measure.isComparable()) {
      return;
    }
    double rate = sample.get(Signal.LEARNING_RATE);
    if (level < lowest) {
      lowest = level;
      lowestStep = sample.step();
      lowestRate = rate;
    }
    double rise = level - lowest;
    double error = noise / Math.sqrt(2 * memory - 1);
    excursion = Math.max(excursion, rise);
    if (rise < (1 - RECOVERED) * excursion) {
      recovered = Math.max(recovered, excursion);
      excursion = rise;
    }
    double least = Math.max(measure.leastSlowRise(lowest), BEYOND_RECOVERED * recovered);
    boolean ramped = rate > RATE_FACTOR * lowestRate;
    boolean high =
        rise > Math.max(CRITICAL_ERRORS * error, Math.max(CRITICAL_SHARE * lowest, least));
    boolean raised =
        rise > Math.max(WARNING_ERRORS * error, Math.max(WARNING_SHARE * lowest, least));
    heldCritical = high ? heldCritical + 1 : 0;
    heldWarning = raised ? heldWarning + 1 : 0;
    if (held(heldCritical)) {
      emit(Severity.CRITICAL, ramped ? rate / lowestRate : Double.NaN, sample, verdicts);
    } else if (held(heldWarning)) {
      emit(Severity.WARNING, ramped ? rate / lowestRate : Double.NaN, sample, verdicts);
    }
  }

  /** The lowest level of the stage before says nothing about the new one. */
  @Override
  public void boundary() {
    recent.clear();
    samples = 0;
    level = 0;
    noise = 0;
    lowest = Double.POSITIVE_INFINITY;
    lowestRate = Double.NaN;
    excursion = 0;
    heldWarning = 0;
    heldCritical = 0;
  }

  @Override
  public void exchange(State state) {
    recent.exchange(state);
    samples = (int) state.integer(samples);
    memory = state.real(memory);
    level = state.real(level);
    noise = state.real(noise);
    lowest = state.real(lowest);
    lowestStep = state.integer(lowestStep);
    lowestRate = state.real(lowestRate);
    excursion = state.real(excursion);
    recovered = state.real(recovered);
    heldWarning = (int) state.integer(heldWarning);
    heldCritical = (int) state.integer(heldCritical);
    measure.exchange(state);
  }

  private void smooth(long step, double loss) {
    recent.add(step, loss);
    int size = recent.size();
    for (int i = 0; i < size; i++) {
      scratch[i] = recent.value(i);
    }
    double middle = Medians.of(scratch, 0, size);
    double deviation = Math.abs(loss - middle);
    samples++;
    memory = Math.max(MIN_MEMORY, Math.min(MEMORY, MEMORY_STEPS / spacing(size)));
    // plain averages at first, so that the first loss does not linger
    double share = Math.max(1 / memory, 1.0 / samples);
    level += share * (middle - level);
    double clipped = samples < WARM_UP ? deviation : Math.min(deviation, 5 * noise);
    noise += share * (clipped - noise);
  }

  private boolean held(int samplesHeld) {
    return samplesHeld >= HOLD
        || (samplesHeld >= HOLD_SPARSE && samplesHeld * spacing(recent.size()) >= HOLD_STEPS);
  }

  private double spacing(int size) {
    return size < 2 ? 1 : (double) recent.span() / (size - 1);
  }

  private void emit(
      Severity severity, double rateFactor, Sample sample, Consumer<Verdict> verdicts) {
    double rise = level - lowest;
    double pace = rise / Math.max(1, sample.step() - lowestStep);
    double eta = Math.max(0, (ONSET_SHARE * Math.abs(lowest) - rise) / pace);
    Finding finding =
        new Finding(AlarmKind.LOSS_DIVERGENCE, severity, Signal.LOSS)
            .value(level, lowest)
            .eta(eta, eta / 2, 2 * eta)
            .evidence("lowest", lowest)
            .evidence("lowest_step", lowestStep)
            .evidence("rise", rise)
            .evidence("noise", noise);
    String message =
        "Loss rose to "
            + Finding.figure(level)
            + " from its lowest, "
            + Finding.figure(lowest)
            + " at step "
            + lowestStep;
    if (!Double.isNaN(rateFactor)) {
      finding.evidence("learning_rate_factor", rateFactor);
      message += ", while the learning rate grew " + Finding.figure(rateFactor) + "-fold";
    }
    message +=
        eta > 0
            ? "; at this pace it is half as high again in about " + Finding.steps(eta) + " steps"
            : ", more than half above it";
    finding.emit(verdicts, message + ".");
  }
}
