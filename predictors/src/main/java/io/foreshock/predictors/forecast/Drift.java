// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Level and slope of a positive signal, from averages of its logarithm at three speeds.
 *
 * <p><b>Definition.</b> y = the middle one of the newest three ln(value). Exponential averages over
 * {@value #FAST}, {@value #SLOW} and {@value #SLOWER} samples (plain averages until there are as
 * many samples). Over the first two memories also |y − fast average|, the noise. A linear trend of
 * slope b per sample makes an average over τ samples lag by b (τ − 1), so that the difference of
 * two averages gives the slope.
 *
 * <p><b>Edges.</b> A single outlier has no effect, and no sample moves an average by more than the
 * share of {@value #CLIP} noises. So a blip is ignored, and a lasting change is followed because it
 * raises the noise. Changes are 0 before {@value #WARM_UP} samples. The spacing of the samples is
 * averaged, too, so that slopes are per step.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1), about 20 ns; 11 numbers.
 */
final class Drift {
  static final int WARM_UP = 12;

  private static final double FAST = 8;
  private static final double SLOW = 64;
  private static final double SLOWER = 256;
  private static final double CLIP = 5;
  private static final double ERRORS = 3;

  /** Standard deviation of normal noise whose mean size is 1. */
  private static final double DEVIATION = 1.2533;

  private static final double SMALLEST = 1e-12;

  /** Smallest noise, so that a constant signal does not freeze the averages. */
  private static final double LEAST_NOISE = 1e-3;

  private double samples;
  private long step;
  private double spacing = 1;
  private double before;
  private double beforeLast;
  private double fast;
  private double slow;
  private double slower;
  private double noise;
  private double usualNoise;
  private double lowest = Double.POSITIVE_INFINITY;
  private double highest = Double.NEGATIVE_INFINITY;

  /** Adds the sample's value of the signal, if it has one. */
  void add(Sample sample, Signal signal) {
    double value = sample.get(signal);
    if (!Double.isNaN(value)) {
      add(sample.step(), value);
    }
  }

  /** Adds a value; one at or below 0 counts as the smallest that matters. */
  void add(long atStep, double value) {
    double newest = Math.log(Math.max(value, SMALLEST));
    double y = samples < 2 ? newest : middle(beforeLast, before, newest);
    beforeLast = before;
    before = newest;
    samples++;
    if (samples == 1) {
      fast = y;
      slow = y;
      slower = y;
      noise = 0.1;
      usualNoise = 0.1;
    } else {
      spacing += share(SLOW) * (Math.max(1, atStep - step) - spacing);
    }
    step = atStep;
    double last = y - fast;
    double clipped = samples < WARM_UP ? last : clipped(last);
    double size = Math.abs(clipped);
    noise += share(FAST) * (size - noise);
    if (samples <= WARM_UP) {
      usualNoise = noise; // the first fall of a curve is not noise
    } else {
      double seen = samples - WARM_UP + FAST;
      usualNoise += (seen < SLOW ? 1 / seen : 1 / SLOW) * (size - usualNoise);
    }
    fast += share(FAST) * clipped;
    slow += share(SLOW) * (fast - slow);
    slower += share(SLOWER) * (fast - slower);
    if (samples >= WARM_UP) {
      lowest = slow < lowest ? slow : lowest;
      highest = fast > highest ? fast : highest;
    }
  }

  /** Limits a deviation; branches are faster than Math.min, which must handle signed zeros. */
  private double clipped(double last) {
    double deviation = noise > usualNoise ? noise : usualNoise;
    double room = CLIP * (deviation > LEAST_NOISE ? deviation : LEAST_NOISE);
    return last > room ? room : last < -room ? -room : last;
  }

  /** Number of samples so far, at most {@value #WARM_UP}. */
  int samples() {
    return (int) Math.min(samples, WARM_UP);
  }

  boolean ready() {
    return samples >= WARM_UP;
  }

  /** The current logarithm. */
  double level() {
    return fast;
  }

  /** Change over the last few dozen samples, as far as it is no noise. */
  double rise() {
    return ready() ? beyondNoise(fast - slow, FAST) : 0;
  }

  /** Change over the last few hundred samples, as far as it is no noise. */
  double longRise() {
    return ready() ? beyondNoise(slow - slower, SLOW) : 0;
  }

  /**
   * Distance above the lowest level of the average over a few dozen samples, as far as it is no
   * noise. Short dips, such as from repeated data, do not lower that level.
   */
  double aboveLowest() {
    return ready() ? beyondNoise(fast - lowest, FAST) : 0;
  }

  /** Distance below its highest level, 0 or more, as far as it is no noise. */
  double belowHighest() {
    return ready() ? beyondNoise(highest - fast, FAST) : 0;
  }

  /**
   * Brings a change of an average over {@code memory} samples closer to 0 by {@value #ERRORS} of
   * its errors: an exponential average of noise with mean size n scatters by 1.25 n / √(2 memory −
   * 1).
   */
  private double beyondNoise(double change, double memory) {
    double error = ERRORS * DEVIATION * usualNoise / Math.sqrt(2 * memory - 1);
    return change > error ? change - error : change < -error ? change + error : 0;
  }

  /** Slope per step, over the last few dozen samples. */
  double slope() {
    double lag = samples < SLOW ? samples / 2 : SLOW - 1; // a plain average lags by half its length
    return ready() ? (fast - slow) / (lag * spacing) : 0;
  }

  /** The logarithm in that many steps, if it keeps rising as it does now. */
  double ahead(int steps) {
    return fast + steps * Math.max(0, slope());
  }

  /** Logarithm of the ratio of the newest noise to the usual noise. */
  double roughness() {
    return ready() ? Math.log(Math.max(LEAST_NOISE, noise) / Math.max(LEAST_NOISE, usualNoise)) : 0;
  }

  /** Distance above its lowest level, in units of the usual noise. */
  double clearlyAboveLowest() {
    return aboveLowest() / Math.max(LEAST_NOISE, usualNoise);
  }

  /** Logarithm of the usual noise. */
  double noise() {
    return Math.log(Math.max(LEAST_NOISE, usualNoise));
  }

  /** Forgets everything but the spacing. */
  void restart() {
    samples = 0;
    lowest = Double.POSITIVE_INFINITY;
    highest = Double.NEGATIVE_INFINITY;
  }

  void exchange(State state) {
    samples = state.real(samples);
    step = state.integer(step);
    spacing = state.real(spacing);
    before = state.real(before);
    beforeLast = state.real(beforeLast);
    fast = state.real(fast);
    slow = state.real(slow);
    slower = state.real(slower);
    noise = state.real(noise);
    usualNoise = state.real(usualNoise);
    lowest = state.real(lowest);
    highest = state.real(highest);
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private double share(double memory) {
    return samples < memory
        ? 1 / samples
        : 1 / memory; // the latter is a constant, which needs no division
  }
}
