// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a loss that is too low, because data that the model has seen come again.
 *
 * <p><b>Definition.</b> {@link SpikeWatch} over −loss, k = {@value #SCORES}, m = {@value
 * #SEEN_SHARE}: the loss lies below its expected course. Info when it has done so for {@value
 * #HOLD} samples, or for {@value #HOLD_SPARSE} over {@value #HOLD_STEPS} steps. d is the mean
 * distance as a share of the lowest course so far, and must be at least
 *
 * <ul>
 *   <li>{@value #SEEN_SHARE} when batches are known to come again: their index went back, having
 *       risen {@value #RISING} times, or a declared segment began, within {@value #AGAIN} samples;
 *   <li>{@value #STEADY_SHARE} when only the loss shows it and the learning rate is known to be
 *       steady. Some sample must then have dropped by {@value #SHARP} of it below the last {@value
 *       #LATELY}, because learning is gradual and repetition sudden;
 *   <li>{@value #UNKNOWN_SHARE}, under the same condition, when the learning rate is not known.
 * </ul>
 *
 * <p><b>Edges.</b> The course is learned but nothing is judged in the first {@value #WARM_UP}
 * samples, when learning itself is sudden, and while the learning rate is below {@value #FALLEN} or
 * above {@value #RISEN} of its average of memory {@value #RATE_MEMORY}: a lower learning rate
 * lowers the loss, and a higher one learns faster. A loss that only returns from a rise is not
 * below the lowest course. Info only, because nothing is lost that a checkpoint would save, and
 * every new epoch does it.
 *
 * <p><b>Source.</b> Our own; what repetition does: Hernandez et al. 2022 (arXiv 2205.10487).
 */
public final class DataRepetition implements Detector {
  private static final double SCORES = 4;
  private static final double NOISE_FLOOR = 0.002;
  private static final double SEEN_SHARE = 0.03;
  private static final double STEADY_SHARE = 0.08;
  private static final double UNKNOWN_SHARE = 0.16;
  private static final double SHARP = 0.75;
  private static final double LATELY = 4;
  private static final double FALLEN = 0.97;
  private static final double RISEN = 1.1;
  private static final double RATE_MEMORY = 32;
  private static final int HOLD = 8;
  private static final int HOLD_SPARSE = 4;
  private static final int HOLD_STEPS = 40;
  private static final int WARM_UP = 80;
  private static final int RISING = 32;
  private static final int AGAIN = 256;

  private final SpikeWatch watch =
      new SpikeWatch(SCORES, SEEN_SHARE, SEEN_SHARE, true, NOISE_FLOOR);
  private int samples;
  private double lowest = Double.POSITIVE_INFINITY;
  private double sharpest;
  private double lately;
  private double drops;
  private double rate = Double.NaN;
  private double rateMean = Double.NaN;
  private double highestBatch = Double.NEGATIVE_INFINITY;
  private int risen;
  private int segment = Sample.NO_SEGMENT;
  private int sinceAgain = AGAIN;

  @Override
  public AlarmKind kind() {
    return AlarmKind.DATA_REPETITION;
  }

  @Override
  public Judging judging() {
    return Judging.of(samples, WARM_UP, Signal.LOSS.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS, Signal.BATCH, Signal.LEARNING_RATE);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss)) {
      return;
    }
    samples = Math.min(samples + 1, WARM_UP);
    sinceAgain = Math.min(sinceAgain + 1, AGAIN);
    noteBatch(sample.get(Signal.BATCH));
    noteSegment(sample.segment());
    noteRate(sample.get(Signal.LEARNING_RATE));
    boolean changed = rate < FALLEN * rateMean || rate > RISEN * rateMean;
    if (samples < WARM_UP || changed) {
      watch.learn(sample.step(), -loss);
      noteCourse();
      return;
    }
    boolean low = watch.add(sample.step(), -loss);
    if (!low) {
      noteCourse();
    }
    // the course keeps falling while low samples are kept out of it
    double fallen = low ? watch.slope() * (sample.step() - watch.firstFlagged()) : 0;
    double drop = (lowest - Math.max(0, fallen) - loss) / Math.abs(lowest);
    sharpest = low ? Math.max(sharpest, drop - lately) : 0;
    lately += (drop - lately) / LATELY;
    if (low) {
      drops += drop;
      double mean = drops / watch.flagged();
      if (lasts(sample.step()) && unexplained(mean)) {
        emit(loss, mean, verdicts);
      }
    }
  }

  /** New data explain a loss that falls at once, so the course is learned anew. */
  @Override
  public void boundary() {
    watch.restart();
    samples = 0;
    lowest = Double.POSITIVE_INFINITY;
    sharpest = 0;
    lately = 0;
    drops = 0;
  }

  @Override
  public void exchange(State state) {
    watch.exchange(state);
    samples = (int) state.integer(samples);
    lowest = state.real(lowest);
    sharpest = state.real(sharpest);
    lately = state.real(lately);
    drops = state.real(drops);
    rate = state.real(rate);
    rateMean = state.real(rateMean);
    highestBatch = state.real(highestBatch);
    risen = (int) state.integer(risen);
    segment = (int) state.integer(segment);
    sinceAgain = (int) state.integer(sinceAgain);
  }

  private void noteCourse() {
    lowest = watch.ready() ? Math.min(lowest, -watch.expected()) : lowest;
    drops = 0;
  }

  private void noteBatch(double batch) {
    if (batch > highestBatch) {
      highestBatch = batch;
      risen = Math.min(risen + 1, RISING);
    } else if (batch <= highestBatch && risen == RISING) {
      sinceAgain = 0;
    }
  }

  private void noteSegment(int declared) {
    if (segment != Sample.NO_SEGMENT && declared > segment) {
      sinceAgain = 0;
    }
    segment = Math.max(segment, declared);
  }

  private void noteRate(double newRate) {
    rate = newRate;
    if (newRate > 0) {
      rateMean = Double.isNaN(rateMean) ? newRate : rateMean + (newRate - rateMean) / RATE_MEMORY;
    }
  }

  private boolean lasts(long step) {
    return watch.flagged() >= HOLD
        || (watch.flagged() >= HOLD_SPARSE && step - watch.firstFlagged() >= HOLD_STEPS);
  }

  private boolean unexplained(double drop) {
    if (sinceAgain < AGAIN) {
      return drop >= SEEN_SHARE;
    }
    double share = rate > 0 ? STEADY_SHARE : UNKNOWN_SHARE;
    return drop >= share && sharpest >= SHARP * share;
  }

  private void emit(double loss, double drop, Consumer<Verdict> verdicts) {
    boolean again = sinceAgain < AGAIN;
    new Finding(AlarmKind.DATA_REPETITION, Severity.INFO, Signal.LOSS)
        .value(loss, -watch.threshold())
        .evidence("expected", -watch.expected())
        .evidence("share_below", drop)
        .evidence("samples_below", watch.flagged())
        .evidence("batches_again", again)
        .emit(
            verdicts,
            "Loss fell to "
                + Finding.figure(loss)
                + " where "
                + Finding.figure(-watch.expected())
                + " was expected"
                + (again
                    ? ", after batches or a segment began again: data may be repeated,"
                    : ", and neither batches nor the learning rate explain it: data may be repeated"
                        + " or have changed,")
                + " and the model may memorize them.");
  }
}
