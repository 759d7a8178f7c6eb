// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * The newest samples of one signal, oldest first: each a step and a finite value.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) to add and to read, 16 bytes a sample, no
 * allocation after construction.
 */
public final class Window {
  private final long[] steps;
  private final double[] values;
  private int start;
  private int size;

  /** An empty window of at most {@code capacity} samples. */
  public Window(int capacity) {
    steps = new long[capacity];
    values = new double[capacity];
  }

  /** Adds a sample; the oldest one leaves when the window is full. */
  public void add(long step, double value) {
    int slot = start + size;
    if (size == values.length) {
      start = start + 1 == values.length ? 0 : start + 1;
    } else {
      size++;
    }
    slot = slot >= values.length ? slot - values.length : slot;
    steps[slot] = step;
    values[slot] = value;
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
    return steps[slot(i)];
  }

  /** Value of the i-th sample, 0 = oldest. */
  public double value(int i) {
    return values[slot(i)];
  }

  /** Steps between the oldest and the newest sample; 0 when there are fewer than two. */
  public long span() {
    return size < 2 ? 0 : step(size - 1) - step(0);
  }

  /** Saves or restores the content. */
  public void exchange(State state) {
    start = (int) state.integer(start);
    size = (int) state.integer(size);
    for (int i = 0; i < size; i++) {
      int slot = slot(i);
      steps[slot] = state.integer(steps[slot]);
      values[slot] = state.real(values[slot]);
    }
  }

  private int slot(int i) {
    int slot = start + i;
    return slot >= values.length ? slot - values.length : slot;
  }
}
