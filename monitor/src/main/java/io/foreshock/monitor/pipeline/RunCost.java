// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/**
 * Estimates the heap that a run uses. There are two estimates, and the larger one counts: the size
 * that it will grow to, from its series, and its present size, from its snapshot.
 *
 * <p><b>Definition.</b> A run whose sample log and rollback snapshots are full uses at most {@value
 * #BASE_BYTES} bytes, and {@value #SERIES_BYTES} for each series. The rollback snapshots use
 * {@value #HISTORY_SERIES_BYTES} for each series, up to {@value #HISTORY_BYTES}. Layers that send
 * few signals use more than their series show, but the snapshot shows it. Measured on runs of 0 to
 * 100 layers and 5,000 steps (docs/limits.md).
 */
final class RunCost {
  private static final long BASE_BYTES = 464 << 10;
  private static final long SERIES_BYTES = 2 << 10;
  private static final long HISTORY_SERIES_BYTES = 4 << 10;

  /** The limit of the predictors' history, which can exceed it by one snapshot. */
  private static final long HISTORY_BYTES = 1 << 20;

  /** Samples and snapshots are arrays, which are as large in memory as on disk. */
  private static final long PACKED_BYTES = HISTORY_BYTES + (256 << 10);

  private static final long OBJECTS_BYTES = 64 << 10;

  /** Objects use more memory than their values. */
  private static final double SPREAD = 2.5;

  private static final int JSON_SPREAD = 3;
  private static final long PARKED_BYTES = 2 << 10;

  private RunCost() {}

  /** Heap of a run with so many series, however long it runs. */
  static long grown(long series) {
    return BASE_BYTES
        + series * SERIES_BYTES
        + Math.min(HISTORY_BYTES, series * HISTORY_SERIES_BYTES);
  }

  /** Heap of a run whose snapshot has a head and a watch of these sizes. */
  static long measured(long headBytes, long watchBytes) {
    long packed = Math.min(watchBytes, PACKED_BYTES);
    long objects = watchBytes - packed;
    return OBJECTS_BYTES
        + headBytes * JSON_SPREAD
        + packed
        + packed / 8
        + (long) (objects * SPREAD);
  }

  /** Heap of a parked run, of which only the head is in memory. */
  static long parked(long headBytes) {
    return PARKED_BYTES + headBytes * JSON_SPREAD;
  }
}
