// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.TimeToLimit;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Trend;
import io.foreshock.predictors.stats.Window;

/**
 * Recent samples of one signal and two trends through them: one through the whole stretch, one
 * through a burst at its end.
 *
 * <p><b>Stretches.</b> Whole: the newest {@value #WINDOW} samples. In a sparse log, at most {@value
 * #STRETCH_STEPS} steps, but at least {@value #MIN_SPARSE} samples. Burst: the newest {@value
 * #MIN_SAMPLES} samples when they alone moved the logarithm by {@value #BURST}, because older
 * samples would only dilute them.
 *
 * <p><b>Edges.</b> There is no trend before {@value #MIN_SAMPLES} samples, or {@value #MIN_SPARSE}
 * that cover half of {@value #STRETCH_STEPS} steps. <b>Cost.</b> One or two fits every {@value
 * #REFIT_STEPS} steps; {@value #WINDOW} · 8 bytes.
 */
final class Growth {
  /** Long enough to distinguish a trend from batch noise, short enough to follow a ramp. */
  private static final int WINDOW = 64;

  private static final int MIN_SAMPLES = 24;
  private static final int MIN_SPARSE = 12;

  /** Samples before there can be a trend. */
  static final int LEAST_SAMPLES = MIN_SPARSE;

  /** Samples in a row past a limit that count without a trend. */
  static final int BEYOND_SAMPLES = 2;

  private static final int STRETCH_STEPS = 160;
  private static final int REFIT_STEPS = 4;
  private static final double BURST = 1.0;

  final TimeToLimit whole;
  final TimeToLimit burst;
  private final Window window = new Window(WINDOW);
  private long fittedStep = Long.MIN_VALUE / 2;
  private int beyond;

  /**
   * @param leastMove smallest move of the logarithm that is fitted
   * @param leastLevel level from which the signal is fitted
   */
  Growth(double limit, boolean rising, double leastMove, double leastLevel) {
    whole = new TimeToLimit(limit, rising, leastMove, leastLevel);
    burst = new TimeToLimit(limit, rising, leastMove, leastLevel);
  }

  /** Samples so far, at most those that a trend needs. */
  int samples() {
    return Math.min(window.size(), LEAST_SAMPLES);
  }

  /**
   * Adds a value above 0.
   *
   * @param past whether the value is past the level that counts without a trend
   */
  void add(long step, double value, boolean past, Trend trend) {
    window.add(step, whole.logarithm(value));
    beyond = past ? Math.min(beyond + 1, BEYOND_SAMPLES) : 0;
    int size = window.size();
    if (beyond == BEYOND_SAMPLES && !whole.ready()) {
      whole.level(window, size - BEYOND_SAMPLES, size);
    }
    if (step - fittedStep < REFIT_STEPS) {
      return;
    }
    int burstFrom = size - MIN_SAMPLES;
    boolean dense = burstFrom >= 0 && step - window.step(burstFrom) < STRETCH_STEPS;
    int from = dense ? 0 : sparseStretch(step, size);
    if (from < 0) {
      return;
    }
    fittedStep = step;
    whole.fit(window, from, size, trend);
    if (dense && window.value(size - 1) - window.value(burstFrom) >= BURST) {
      burst.fit(window, burstFrom, size, trend);
    } else {
      burst.forget();
    }
  }

  void exchange(State state) {
    window.exchange(state);
    fittedStep = state.integer(fittedStep);
    beyond = (int) state.integer(beyond);
    whole.exchange(state);
    burst.exchange(state);
  }

  /**
   * Returns the index of a sparse stretch's first sample; negative while there are too few samples.
   */
  private int sparseStretch(long step, int size) {
    int from = size - MIN_SPARSE;
    while (from > 0 && step - window.step(from - 1) <= STRETCH_STEPS) {
      from--;
    }
    return from >= 0 && step - window.step(from) >= STRETCH_STEPS / 2 ? from : -1;
  }
}
