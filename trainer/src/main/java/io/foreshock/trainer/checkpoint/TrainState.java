// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a run stands, apart from its tensors.
 *
 * @param step optimizer steps done, from 0
 * @param nextBatch index of the batch that the next step takes unless it is skipped
 * @param segment how often the run was rolled back: the telemetry's segment
 * @param lastCommand id of the last command obeyed; 0 before the first
 * @param skipped ranges of batches that are not used
 */
public record TrainState(
    long step, long nextBatch, int segment, long lastCommand, List<BatchRange> skipped) {

  /** The state before the first step. */
  public static final TrainState START = new TrainState(0, 0, 0, 0, List.of());

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

  public TrainState {
    skipped = List.copyOf(skipped);
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

  /** After one more step. */
  public TrainState stepped() {
    return new TrainState(step + 1, batch() + 1, segment, lastCommand, skipped);
  }

  /** After a command was obeyed. */
  public TrainState obeyed(long command) {
    return new TrainState(step, nextBatch, segment, Math.max(lastCommand, command), skipped);
  }

  /**
   * This checkpoint's state as the start of a new segment.
   *
   * @param from the state that is left behind
   * @param range batches to skip from now on
   */
  public TrainState rolledBack(TrainState from, BatchRange range) {
    List<BatchRange> ranges = new ArrayList<>(from.skipped);
    if (range.count() > 0) {
      ranges.add(range);
    }
    return new TrainState(step, nextBatch, from.segment + 1, from.lastCommand, ranges);
  }
}
