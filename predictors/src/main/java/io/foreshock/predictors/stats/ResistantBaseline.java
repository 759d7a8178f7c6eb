// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * Expected value of a signal, from a straight line that outliers cannot bend.
 *
 * <p><b>Definition.</b> Over the last W accepted samples (t_i, y_i): slope b = (median of the newer
 * half of y − median of the older half) / (same difference of t); intercept a = median(y_i − b
 * t_i); with the residuals r_i = y_i − a − b t_i, scale s = max(1.4826 · median |r_i|, max |r_i| of
 * the newer half / {@value #TAIL}), not below the floors; while the window fills, of its newer half
 * only, because a line fits the first fall of a curve badly. Up to half a window of outliers does
 * not bend the line, and a falling loss is detrended. The second term matters only for noise with
 * heavy tails: of 64 normal residuals the largest is about 2.5 standard deviations.
 *
 * <p><b>Falling signals.</b> A line through a curve that flattens ends below it, and the curve
 * would look like a jump. So the expected value is at least the median of the newest quarter.
 *
 * <p><b>Edges.</b> There is no expected value before {@value #MIN_SAMPLES} samples. The line is
 * read at the newest accepted sample and not beyond it, so a steep early fall is not extrapolated.
 * Steps may be spaced irregularly. Callers decide what enters; flagged values should not.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(W) every {@value #REFIT_EVERY}th accepted sample,
 * every {@value #REFIT_FULL_EVERY}th of a full window, O(1) otherwise; no allocation.
 * <b>Source.</b> Brown and Mood 1951 (median line).
 */
public final class ResistantBaseline {
  /** Samples before there is an expected value. Half of them can be outliers. */
  public static final int MIN_SAMPLES = 16;

  /** Samples between two fits: a compromise between cost and freshness. */
  private static final int REFIT_EVERY = 4;

  /** The same for a full window, which changes more slowly; by then the run is calmer, too. */
  private static final int REFIT_FULL_EVERY = 16;

  /** Deviations of the largest residual that count as one scale. */
  private static final double TAIL = 6;

  private final Window window;
  private final int capacity;
  private final double[] scratch;
  private final double relativeFloor;
  private final double absoluteFloor;
  private int sinceFit;
  private double expected = Double.NaN;
  private double slope;
  private double scale = Double.NaN;

  /**
   * @param capacity W, samples
   * @param relativeFloor smallest scale as a share of the expected value's size, so that constant
   *     input does not make every change infinitely surprising
   * @param absoluteFloor smallest scale, unit of the signal; above 0
   */
  public ResistantBaseline(int capacity, double relativeFloor, double absoluteFloor) {
    this.capacity = capacity;
    window = new Window(capacity);
    scratch = new double[capacity];
    this.relativeFloor = relativeFloor;
    this.absoluteFloor = absoluteFloor;
  }

  /** Adds a finite sample to the baseline. */
  public void accept(long step, double value) {
    window.add(step, value);
    int size = window.size();
    sinceFit++;
    if (sinceFit >= (size == capacity ? REFIT_FULL_EVERY : REFIT_EVERY) && size >= MIN_SAMPLES) {
      fit();
    }
  }

  /** Number of samples so far, of the {@value #MIN_SAMPLES} that an expected value needs. */
  public int warmedUp() {
    return ready() ? MIN_SAMPLES : Math.min(window.size(), MIN_SAMPLES - 1);
  }

  /** Whether there are enough samples for an expected value. */
  public boolean ready() {
    return !Double.isNaN(scale);
  }

  /** The expected value at the newest accepted sample; NaN while not {@link #ready()}. */
  public double expected() {
    return expected;
  }

  /** Change of the expected value per step. */
  public double slope() {
    return slope;
  }

  /** Robust standard deviation about the line; NaN while not {@link #ready()}. */
  public double scale() {
    return scale;
  }

  /** How many scales {@code value} lies above what is expected; NaN while not ready. */
  public double score(double value) {
    return (value - expected) / scale;
  }

  /** Forgets everything. */
  public void restart() {
    window.clear();
    sinceFit = 0;
    expected = Double.NaN;
    slope = 0;
    scale = Double.NaN;
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    window.exchange(state);
    sinceFit = (int) state.integer(sinceFit);
    expected = state.real(expected);
    slope = state.real(slope);
    scale = state.real(scale);
  }

  private void fit() {
    sinceFit = 0;
    int size = window.size();
    int half = size / 2;
    double run = medianStep(half, size) - medianStep(0, half);
    slope = run > 0 ? (medianValue(half, size) - medianValue(0, half)) / run : 0;
    long newest = window.step(size - 1);
    for (int i = 0; i < size; i++) {
      scratch[i] = window.value(i) - slope * (window.step(i) - newest);
    }
    expected = Medians.of(scratch, 0, size);
    int from = size == capacity ? 0 : size - Math.max(MIN_SAMPLES, half);
    double largest = 0;
    for (int i = from; i < size; i++) {
      scratch[i] = Math.abs(window.value(i) - slope * (window.step(i) - newest) - expected);
      largest = i >= half && scratch[i] > largest ? scratch[i] : largest;
    }
    double deviation =
        Math.max(Medians.MAD_TO_SIGMA * Medians.of(scratch, from, size), largest / TAIL);
    expected = Math.max(expected, medianValue(size - size / 4, size));
    scale = Math.max(deviation, Math.max(absoluteFloor, relativeFloor * Math.abs(expected)));
  }

  private double medianValue(int from, int to) {
    for (int i = from; i < to; i++) {
      scratch[i] = window.value(i);
    }
    return Medians.of(scratch, from, to);
  }

  /** Steps rise along the window, so their median is in the middle. */
  private double medianStep(int from, int to) {
    int middle = (from + to) / 2;
    return (to - from) % 2 == 1
        ? window.step(middle)
        : 0.5 * (window.step(middle) + window.step(middle - 1));
  }
}
