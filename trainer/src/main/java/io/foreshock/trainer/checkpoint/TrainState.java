// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Position of a run, without its tensors.
 *
 * @param step optimizer steps done, from 0
 * @param nextBatch index of the batch of the next step, unless it is skipped
 * @param segment number of rollbacks, which is the segment in telemetry
 * @param lastCommand id of the last command that was carried out; 0 before the first
 * @param alarmUntil step up to which an alarm counts as active
 * @param adjustment adjustment of the learning rate and the clipping
 * @param skipped ranges of batches that are not used
 * @param obedience memory of the commands that were carried out
 */
public record TrainState(
    long step,
    long nextBatch,
    int segment,
    long lastCommand,
    long alarmUntil,
    Adjustment adjustment,
    List<BatchRange> skipped,
    Obedience obedience) {

  /** The state before the first step. */
  public static final TrainState START =
      new TrainState(0, 0, 0, 0, 0, Adjustment.NONE, List.of(), Obedience.NONE);

  /**
   * Batches from {@code from}, {@code count} of them.
   *
   * @param from index of the first batch, at least 0
   * @param count at least 0
   */
  public record BatchRange(long from, long count) {
    public BatchRange {
      if (from < 0 || count < 0) {
        throw new IllegalArgumentException(
            "skip_batches: from and count must be at least 0, not " + from + " and " + count);
      }
    }

    boolean contains(long batch) {
      return batch >= from && batch - from < count;
    }
  }

  /**
   * Changes that the monitor commanded for some steps.
   *
   * @param learningRateScale factor of the schedule's learning rate, at least 0
   * @param gradientClip largest gradient norm instead of the configured one; null leaves it
   *     unchanged
   * @param untilStep last step to which it applies
   */
  public record Adjustment(
      double learningRateScale, @Nullable Double gradientClip, long untilStep) {
    /** Nothing changed. */
    public static final Adjustment NONE = new Adjustment(1, null, 0);

    /** Factor of the learning rate at a step. */
    public double scaleAt(long step) {
      return step <= untilStep ? learningRateScale : 1;
    }

    /** Largest gradient norm at a step, where {@code configured} is the run's own. */
    public double clipAt(long step, double configured) {
      return step <= untilStep && gradientClip != null ? gradientClip : configured;
    }
  }

  public TrainState {
    skipped = List.copyOf(skipped);
    // checkpoints of older versions do not have it
    obedience = (obedience == null ? Obedience.NONE : obedience).reached(step);
  }

  /** The first batch from {@link #nextBatch} on that is not skipped. */
  public long batch() {
    long batch = nextBatch;
    boolean moved = true;
    while (moved) { // a range may end inside another one
      moved = false;
      for (BatchRange range : skipped) {
        if (range.contains(batch)) {
          batch = range.from() + range.count();
          moved = true;
        }
      }
    }
    return batch;
  }

  /** Whether no alarm is active. */
  public boolean quiet() {
    return step >= alarmUntil;
  }

  /** Returns the state after one more step. */
  public TrainState stepped() {
    return new TrainState(
        step + 1, batch() + 1, segment, lastCommand, alarmUntil, adjustment, skipped, obedience);
  }

  /** Returns the state after a command was carried out. */
  public TrainState obeyed(long command) {
    long last = Math.max(lastCommand, command);
    return new TrainState(
        step, nextBatch, segment, last, alarmUntil, adjustment, skipped, obedience);
  }

  /** Returns the state with an alarm that is active for the next {@code steps}. */
  public TrainState alarmed(long steps) {
    return new TrainState(
        step, nextBatch, segment, lastCommand, step + steps, adjustment, skipped, obedience);
  }

  /** Returns the state with another adjustment. */
  public TrainState adjusted(Adjustment other) {
    return new TrainState(
        step, nextBatch, segment, lastCommand, alarmUntil, other, skipped, obedience);
  }

  /** Returns the state with another memory of commands. */
  public TrainState remembering(Obedience other) {
    return new TrainState(
        step, nextBatch, segment, lastCommand, alarmUntil, adjustment, skipped, other);
  }

  /**
   * Returns this checkpoint's state as the start of a new segment: with the position of the
   * checkpoint, the commands so far, and no active alarm.
   *
   * @param left the state before the rollback
   * @param range batches to skip from now on
   */
  public TrainState rolledBackFrom(TrainState left, BatchRange range) {
    List<BatchRange> ranges = new ArrayList<>(left.skipped);
    if (range.count() > 0) {
      ranges.add(range);
    }
    return new TrainState(
        step,
        nextBatch,
        left.segment + 1,
        left.lastCommand,
        0,
        left.adjustment,
        ranges,
        left.obedience);
  }
}
