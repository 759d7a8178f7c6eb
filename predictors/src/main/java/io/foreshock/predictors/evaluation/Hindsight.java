// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Labels a run that has ended: its onset, and whether signs could precede it.
 *
 * <p><b>Definition.</b> The onset is the earliest of: the onset of the loss ({@link LossOnset} for
 * a slow rise, {@link LossJump} for a jump that lasts three samples), the first non-finite value,
 * the first attention logit above {@value #LOGIT_LIMIT}. A run without onset is healthy. A run with
 * an onset is sudden when something abrupt was done to it at the onset or at most {@value
 * #STRUCK_WITHIN} steps before; otherwise it is predictable.
 *
 * <p><b>Edges.</b> A missing loss counts as infinite when the step counts something non-finite;
 * otherwise it was not measured. When the run goes back to an earlier step (a step not above the
 * last one, with a newer time), the losses that it drops are judged first. If they have an onset,
 * that is kept; otherwise the run's losses are those before that step and the new ones. A line with
 * an older time is late and ignored. Sparse logs: {@link LossOnset} counts samples, not steps, so
 * in a run logged every 100th step a rise must last 25 logged steps, or 18 at its end.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> 16 bytes a step; the onset
 * O(steps). <b>Source.</b> Our own; 1e4: Wortsman et al. 2023 (arXiv 2309.14322), §3.1, where runs
 * above it diverged.
 */
public final class Hindsight {
  private static final double LOGIT_LIMIT = 1e4;

  /** Most steps from something abrupt to an onset that it explains. */
  static final long STRUCK_WITHIN = 100;

  private static final int FIRST_ROOM = 512;

  private long[] steps = new long[FIRST_ROOM];
  private double[] losses = new double[FIRST_ROOM];
  private int size;
  private long lastStep;
  private long lastTimeNanos = Long.MIN_VALUE;
  private long latestStep;
  private OptionalLong trouble = OptionalLong.empty();

  /** Reads the run's next line, in order of arrival. */
  public void accept(Sample sample) {
    latestStep = Math.max(latestStep, sample.step());
    if (sample.nonfinite() > 0 || sample.get(Signal.ATTENTION_LOGIT_MAX) > LOGIT_LIMIT) {
      troubleAt(sample.step());
    }
    boolean hasLoss =
        sample.has(Signal.LOSS)
            || (sample.measurement() == Measurement.TRAIN_STEP && sample.nonfinite() > 0);
    if (hasLoss) {
      loss(sample);
    }
  }

  /** The onset of the run, as far as it is known. */
  public OptionalLong onset() {
    OptionalLong loss = lossOnset();
    if (loss.isEmpty() || trouble.isEmpty()) {
      return loss.isPresent() ? loss : trouble;
    }
    return OptionalLong.of(Math.min(loss.getAsLong(), trouble.getAsLong()));
  }

  /** Largest step seen; 0 when there was none. */
  public long steps() {
    return latestStep;
  }

  /**
   * The run's label.
   *
   * @param struck steps at which something abrupt was done to the run, in any order
   */
  public RunLabel label(String run, long[] struck) {
    OptionalLong onset = onset();
    List<Long> strikes = Arrays.stream(struck).boxed().toList();
    RunClass runClass = onset.isEmpty() ? RunClass.HEALTHY : runClass(onset.getAsLong(), struck);
    return new RunLabel(run, runClass, onset, latestStep, strikes, Map.of());
  }

  private static RunClass runClass(long onset, long[] struck) {
    boolean sudden =
        Arrays.stream(struck).anyMatch(at -> at <= onset && onset - at <= STRUCK_WITHIN);
    return sudden ? RunClass.SUDDEN : RunClass.PREDICTABLE;
  }

  private void loss(Sample sample) {
    if (size > 0 && sample.step() <= lastStep) {
      if (sample.timeNanos() <= lastTimeNanos) {
        return;
      }
      goBackTo(sample.step());
    }
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
      losses = Arrays.copyOf(losses, 2 * size);
    }
    steps[size] = sample.step();
    losses[size] = sample.get(Signal.LOSS);
    size++;
    lastStep = sample.step();
    lastTimeNanos = sample.timeNanos();
  }

  private void goBackTo(long step) {
    lossOnset().ifPresent(this::troubleAt);
    while (size > 0 && steps[size - 1] >= step) {
      size--;
    }
  }

  private void troubleAt(long step) {
    if (trouble.isEmpty() || step < trouble.getAsLong()) {
      trouble = OptionalLong.of(step);
    }
  }

  private OptionalLong lossOnset() {
    double[] course = Arrays.copyOf(losses, size);
    OptionalInt slow = LossOnset.find(course);
    OptionalInt jump = LossJump.find(course);
    if (slow.isEmpty() && jump.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(steps[Math.min(slow.orElse(size - 1), jump.orElse(size - 1))]);
  }
}
