// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * The newest samples of one signal, oldest first: each a step and a finite value.
 *
 * <p><b>Precision.</b> Values are kept as floats, to seven digits, and values beyond a float's
 * range are set to its end. Statistics over dozens of noisy samples need no more, and a run's
 * windows take half the memory. Steps are exact. A sample 2³¹ steps after the first one empties the
 * window first.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) to add and to read, 8 bytes a sample, no
 * allocation after construction.
 */
public final class Window {
  private final int[] offsets;
  private final float[] values;
  private long origin;
  private int start;
  private int size;

  /** An empty window of at most {@code capacity} samples. */
  public Window(int capacity) {
    offsets = new int[capacity];
    values = new float[capacity];
  }

  /** Adds a sample; a full window drops its oldest one. */
  public void add(long step, double value) {
    if (size == 0 || step - origin != (int) (step - origin)) {
      clear();
      origin = step;
    }
    int slot = start + size;
    if (size == values.length) {
      start = start + 1 == values.length ? 0 : start + 1;
    } else {
      size++;
    }
    slot = slot >= values.length ? slot - values.length : slot;
    offsets[slot] = (int) (step - origin);
    values[slot] = (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }

  /** Forgets all samples. */
  public void clear() {
    start = 0;
    size = 0;
  }

  /** How many samples are held. */
  public int size() {
    return size;
  }

  /** Step of the i-th sample, 0 = oldest. */
  public long step(int i) {
    return origin + offsets[slot(i)];
  }

  /** Value of the i-th sample, 0 = oldest. */
  public double value(int i) {
    return values[slot(i)];
  }

  /** Sum of the values of samples {@code from} to {@code to − 1}. */
  public double sum(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[slot(i)];
    }
    return sum;
  }

  /** Steps between the oldest and the newest sample; 0 when there are fewer than two. */
  public long span() {
    return size < 2 ? 0 : step(size - 1) - step(0);
  }

  /** Saves or restores the content. */
  public void exchange(State state) {
    origin = state.integer(origin);
    start = (int) state.integer(start);
    size = (int) state.integer(size);
    for (int i = 0; i < size; i++) {
      int slot = slot(i);
      long packed =
          (long) offsets[slot] << 32 | Float.floatToRawIntBits(values[slot]) & 0xffffffffL;
      packed = state.integer(packed);
      offsets[slot] = (int) (packed >> 32);
      values[slot] = Float.intBitsToFloat((int) packed);
    }
  }

  private int slot(int i) {
    int slot = start + i;
    return slot >= values.length ? slot - values.length : slot;
  }
}
