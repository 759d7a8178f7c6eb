// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

/**
 * OLMo 2's spike score: the share of values that stand out from those before, in percent.
 *
 * <p><b>Definition.</b> A value is a spike when it lies at least {@value #DEVIATIONS} standard
 * deviations from the mean of the {@value #WINDOW} values before it, to either side; the deviation
 * is the population's. Spikes enter the window like any other value.
 *
 * <p><b>Edges.</b> Values are judged from the {@value #LEAST}th on, while the window still fills,
 * so that short runs have a score, too. A value that is not finite is a spike and does not enter
 * the window. A window without spread makes any other value a spike. <b>Threads.</b> Not safe.
 * <b>Cost.</b> O(1) a value; O(window) for one that lies beyond {@value #SURELY} of the limit by
 * running sums, which lose digits, and every {@value #WINDOW} values.
 *
 * <p><b>Source.</b> OLMo 2 (arXiv 2501.00656), section 3.2, over loss and gradient norm: 0.40 % of
 * gradient norms before its new initialization, 0.03 % after. The first judged value is our own
 * choice.
 */
public final class SpikeScore {
  private static final int WINDOW = 1000;
  private static final int LEAST = 129;
  private static final double DEVIATIONS = 7;

  /** Share of the limit below which running sums are exact enough. */
  private static final double SURELY = 0.9;

  private final double[] values = new double[WINDOW];
  private double sum;
  private double squares;
  private int sinceSummed;
  private int size;
  private int next;
  private long judged;
  private long spikes;

  /** Adds the next value; returns whether it is a spike. */
  public boolean add(double value) {
    boolean spike = !Double.isFinite(value) || size >= LEAST - 1 && standsOut(value);
    if (size >= LEAST - 1) {
      judged++;
      spikes += spike ? 1 : 0;
    }
    if (Double.isFinite(value)) {
      double left = size == WINDOW ? values[next] : 0;
      sum += value - left;
      squares += value * value - left * left;
      values[next] = value;
      next = (next + 1) % WINDOW;
      size = Math.min(size + 1, WINDOW);
      if (++sinceSummed == WINDOW) {
        sumAgain();
      }
    }
    return spike;
  }

  /** Spikes among the values judged, in percent; NaN while none was judged. */
  public double percent() {
    return judged == 0 ? Double.NaN : 100.0 * spikes / judged;
  }

  private boolean standsOut(double value) {
    double mean = sum / size;
    double roughly = DEVIATIONS * Math.sqrt(Math.max(0, squares / size - mean * mean));
    return Math.abs(value - mean) >= SURELY * roughly && certainlyStandsOut(value);
  }

  private boolean certainlyStandsOut(double value) {
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += values[i];
    }
    double mean = total / size;
    double variance = 0;
    for (int i = 0; i < size; i++) {
      variance += (values[i] - mean) * (values[i] - mean);
    }
    double off = Math.abs(value - mean);
    return off > 0 && off >= DEVIATIONS * Math.sqrt(variance / size);
  }

  private void sumAgain() {
    sinceSummed = 0;
    sum = 0;
    squares = 0;
    for (int i = 0; i < size; i++) {
      sum += values[i];
      squares += values[i] * values[i];
    }
  }
}
