// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.Arrays;

/**
 * A signal's level now, and the level that it had before, for signals that drift in healthy runs
 * too.
 *
 * <p><b>Definition.</b> Level m: mean, with a memory of {@value #MEMORY} samples, of the median of
 * the newest {@value #NEWEST} values, so that two wild values in a row have no effect. Noise s:
 * mean |difference of neighbours| with a memory of {@value #NOISE_MEMORY} samples, of which one
 * counts no more than {@value #CLIP} times s; so a change of the level counts once. Reference r:
 * mean of m with a memory of a quarter of the steps t since the first sample, dr/dt = 4 (m − r) /
 * t. So m stays at 1.25 r where the signal grows with t, at 1.12 r where it grows with √t, and
 * moves away from r only where it changes within a quarter of the run so far. It needs no length to
 * be chosen, and sparse logs give the same r.
 *
 * <p><b>What enters.</b> Every finite value. While {@link #hold held}, because its detector has
 * found trouble, r stands still; after {@value #ACCEPT_AFTER} such samples the level is accepted: t
 * begins anew. It does so at a {@link #boundary}, too, where the old level stays until the next
 * sample.
 *
 * <p><b>Edges.</b> Not ready before {@value #WARM_UP} samples. <b>Threads.</b> Not safe.
 * <b>Cost.</b> O(1), no allocation; {@value #SAVED_NUMBERS} saved numbers, but one while there are
 * no samples. <b>Source.</b> Our own.
 */
final class OwnLevel {
  /** Samples until there is a reference. */
  static final int WARM_UP = 16;

  private static final int NEWEST = 5;
  private static final int MEMORY = 8;
  private static final int NOISE_MEMORY = 64;
  private static final double CLIP = 5;
  private static final int ACCEPT_AFTER = 512;
  private static final double QUARTER = 4;
  private static final int BEGINNING = 8;
  private static final int SAVED_NUMBERS = 15;

  /** Smallest noise as a share of the level: without it a constant start would freeze the noise. */
  private static final double LEAST_NOISE = 0.002;

  /** Standard error of m in units of s: mean of 8 overlapping medians of 5, Gaussian noise. */
  private static final double ERROR = 0.24;

  private final double[] newest = new double[NEWEST];
  private final double[] scratch = new double[NEWEST];
  private final int leastSteps;
  private boolean warm;
  private long samples;
  private long sinceOrigin;
  private long origin;
  private long step;
  private double level;
  private double noise;
  private double reference;
  private double began;
  private long held;

  /**
   * @param leastSteps steps until there is a reference, in addition to {@value #WARM_UP} samples
   */
  OwnLevel(int leastSteps) {
    this.leastSteps = leastSteps;
  }

  /** Adds a finite value. */
  void add(long at, double value) {
    if (held >= ACCEPT_AFTER) {
      boundary();
    }
    double last = newest[(int) ((sinceOrigin + NEWEST - 1) % NEWEST)];
    newest[(int) (sinceOrigin % NEWEST)] = value;
    samples++;
    sinceOrigin++;
    if (sinceOrigin == 1) {
      origin = at;
      step = at;
      level = value;
      reference = value;
      began = value;
      held = 0;
      return;
    }
    double away = Math.abs(value - last);
    double most = CLIP * Math.max(noise, LEAST_NOISE * Math.abs(level));
    boolean known = samples > WARM_UP / 2;
    noise += ((known ? Math.min(away, most) : away) - noise) / Math.min(samples, NOISE_MEMORY);
    level += (median() - level) / Math.min(sinceOrigin, MEMORY);
    if (sinceOrigin <= BEGINNING) {
      began = level;
    }
    if (held == 0) {
      double share = QUARTER * (at - step) / Math.max(1, at - origin);
      reference += Math.min(1, share) * (level - reference);
    }
    step = at;
    warm |= samples >= WARM_UP && at - origin >= leastSteps;
  }

  /** Holds the reference from now on, or releases it. */
  void hold(boolean trouble) {
    held = trouble ? held + 1 : 0;
  }

  /** Begins a new reference: the level may change from now on. */
  void boundary() {
    sinceOrigin = 0;
    held = 0;
  }

  boolean ready() {
    return warm;
  }

  /** Samples so far, of the {@value #WARM_UP} that are needed. */
  int warmedUp() {
    return warm ? WARM_UP : (int) Math.min(samples, WARM_UP - 1);
  }

  /** Samples since the beginning or the last boundary. */
  long samples() {
    return sinceOrigin;
  }

  /** Steps since the beginning or the last boundary. */
  long steps() {
    return sinceOrigin == 0 ? 0 : step - origin;
  }

  double level() {
    return level;
  }

  double reference() {
    return reference;
  }

  /** Level of the first {@value #BEGINNING} samples, or of those after the last boundary. */
  double began() {
    return began;
  }

  /** Standard error of the level. */
  double error() {
    return ERROR * noise;
  }

  void exchange(State state) {
    samples = state.integer(samples);
    if (samples == 0) {
      if (state.restoring()) {
        clear();
      }
      return;
    }
    warm = state.flag(warm);
    state.reals(newest);
    sinceOrigin = state.integer(sinceOrigin);
    origin = state.integer(origin);
    step = state.integer(step);
    level = state.real(level);
    noise = state.real(noise);
    reference = state.real(reference);
    began = state.real(began);
    held = state.integer(held);
  }

  private void clear() {
    warm = false;
    Arrays.fill(newest, 0);
    sinceOrigin = 0;
    origin = 0;
    step = 0;
    level = 0;
    noise = 0;
    reference = 0;
    began = 0;
    held = 0;
  }

  /** Median of the newest values; the lower one of two in the middle. */
  private double median() {
    int count = (int) Math.min(sinceOrigin, NEWEST);
    System.arraycopy(newest, 0, scratch, 0, count);
    Arrays.sort(scratch, 0, count);
    return scratch[(count - 1) / 2];
  }
}
