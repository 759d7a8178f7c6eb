// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/**
 * What a run takes of the heap: what it will have grown to, by its series, and what it is measured
 * at, by its snapshot. The greater one counts.
 *
 * <p><b>Definition.</b> A run that has filled its log of samples and its snapshots for a rollback
 * takes at most {@value #BASE_BYTES} bytes, {@value #SERIES_BYTES} for each series, and for the
 * snapshots {@value #HISTORY_SERIES_BYTES} for each series up to {@value #HISTORY_BYTES}. Layers
 * that send few signals take more than their series tell; their snapshot tells it. Measured on runs
 * of 0 to 100 layers and 5,000 steps (docs/limits.md).
 */
final class RunCost {
  private static final long BASE_BYTES = 384 << 10;
  private static final long SERIES_BYTES = 2 << 10;
  private static final long HISTORY_SERIES_BYTES = 4 << 10;

  /** The same bound as in the predictors' history, one snapshot apart. */
  private static final long HISTORY_BYTES = 1 << 20;

  /** Samples and snapshots: arrays, as large in memory as on disk. */
  private static final long PACKED_BYTES = HISTORY_BYTES + (256 << 10);

  private static final long OBJECTS_BYTES = 64 << 10;

  /** Objects take more than their values. */
  private static final double SPREAD = 2.5;

  private static final int JSON_SPREAD = 3;
  private static final long PARKED_BYTES = 2 << 10;

  private RunCost() {}

  /** Of a run with so many series, however long it runs. */
  static long grown(long series) {
    return BASE_BYTES
        + series * SERIES_BYTES
        + Math.min(HISTORY_BYTES, series * HISTORY_SERIES_BYTES);
  }

  /** Of a run now, of whose snapshot so many bytes are its head and its watch. */
  static long measured(long headBytes, long watchBytes) {
    long packed = Math.min(watchBytes, PACKED_BYTES);
    long objects = watchBytes - packed;
    return OBJECTS_BYTES
        + headBytes * JSON_SPREAD
        + packed
        + packed / 8
        + (long) (objects * SPREAD);
  }

  /** Of a parked run, of which only the head is kept. */
  static long parked(long headBytes) {
    return PARKED_BYTES + headBytes * JSON_SPREAD;
  }
}
