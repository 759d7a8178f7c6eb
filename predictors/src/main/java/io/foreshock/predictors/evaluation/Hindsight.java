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
 * Labels a run that is over: when it left its course, and whether that could be seen coming.
 *
 * <p><b>Definition.</b> The onset is the earliest of: the loss's ({@link LossOnset} for a slow
 * departure, {@link LossJump} for a spike that lasts three samples), the first non-finite value,
 * the first attention logit above {@value #LOGIT_LIMIT}. A run without onset is healthy. One with
 * an onset is sudden when it was struck at most {@value #STRUCK_WITHIN} steps before, or at it;
 * otherwise predictable.
 *
 * <p><b>Edges.</b> A loss that a step lacks although the step counts something non-finite is taken
 * as infinite; one that a step lacks without that was not measured. Where the run goes back to an
 * earlier step (a step not above the last one, with a newer time), the losses it gives up are
 * judged by themselves, up to there: if they left their course, that is the onset; otherwise the
 * run's losses are those before that step and the new ones. An older line is a late one, and
 * ignored. Sparse logs: {@link LossOnset} counts samples, not steps, so in a run logged every 100th
 * step a rise must last 25 logged steps, or 18 at its end.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> 16 bytes a step; the onset
 * O(steps). <b>Source.</b> Our own; 1e4: Wortsman et al. 2023 (arXiv 2309.14322), §3.1, where runs
 * beyond it diverged.
 */
public final class Hindsight {
  private static final double LOGIT_LIMIT = 1e4;

  /** A strike explains an onset at most so many steps later. */
  static final long STRUCK_WITHIN = 100;

  private static final int FIRST_ROOM = 512;

  private long[] steps = new long[FIRST_ROOM];
  private double[] losses = new double[FIRST_ROOM];
  private int size;
  private long lastStep;
  private long lastTimeNanos = Long.MIN_VALUE;
  private long latestStep;
  private OptionalLong trouble = OptionalLong.empty();

  /** Takes the run's next line, in order of arrival. */
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

  /** Step at which the run, as far as it is known, left its course. */
  public OptionalLong onset() {
    OptionalLong loss = lossOnset();
    if (loss.isEmpty() || trouble.isEmpty()) {
      return loss.isPresent() ? loss : trouble;
    }
    return OptionalLong.of(Math.min(loss.getAsLong(), trouble.getAsLong()));
  }

  /** Largest step seen; 0 when none was. */
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
