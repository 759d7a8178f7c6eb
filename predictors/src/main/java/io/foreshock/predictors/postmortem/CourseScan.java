// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.stats.Medians;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a loss was off its {@link Course}.
 *
 * <p><b>Jump.</b> A sample stands out when it is above the level by more than r = max({@value
 * #SCORES} s, {@value #SHARE} level), s the noise, or is not finite. It begins an excursion when
 * one of the next two stands out as well or both are above half of r; a single finite sample is a
 * blip: it is counted and kept out of the course. Six deviations and the same test at any level are
 * the form of rules used in production (OLMo-core: mean + 6σ). None of them finds a damaging jump
 * of a few percent (Marin 32B: 1.96 to 2.02), hence {@value #SHARE} and not the usual tenth.
 *
 * <p><b>Gradual rise.</b> The median of the last nine samples stays more than max({@value
 * #GRADUAL_SHARE} of the lowest so far, {@value #GRADUAL_SCORES} s) above it for {@value
 * #SUSTAINED} samples, or until the end if that is at least {@value #SUSTAINED_END}: the onset of
 * {@code evaluation.LossOnset}.
 *
 * <p><b>End.</b> Three samples in a row are at most half the margin above the level before, and the
 * median of nine is at most {@value #CALM_LEVEL} of it above. When a new level has lasted for
 * {@value #SETTLED} samples, it becomes the course, so that excursions from it are found, too. The
 * end is still searched.
 *
 * <p><b>Drop.</b> Two samples in a row, and the median of the next {@value #SUSTAINED}, are below
 * the level by more than max(r, 4 times the recent fall), right after one that was on its course.
 * It ends when the loss jumps back to where it was.
 *
 * <p><b>Cost.</b> O(n) for a bounded number of excursions ({@value #MAX_EXCURSIONS}); 8 bytes a
 * sample.
 */
final class CourseScan {
  static final int MAX_EXCURSIONS = 200;

  private static final double SCORES = 6;
  private static final double SHARE = 0.05;
  private static final double CALM = 0.5;

  /** Share of the margin for the median of nine samples, which is less noisy. */
  private static final double CALM_LEVEL = 0.3;

  private static final int CALM_SAMPLES = 3;

  private static final double GRADUAL_SHARE = 0.10;
  private static final double GRADUAL_SCORES = 2;
  private static final int SUSTAINED = 25;
  private static final int SUSTAINED_END = 9;
  private static final int LEVEL_OF = 9;

  /** Four samples of an initial loss are enough to see that the fifth is twice as high. */
  private static final int WARM_UP = 4;

  /** Samples before which nothing counts as a drop, because the first fall is steep. */
  private static final int WARM_UP_DROP = 32;

  private static final int SETTLED = 128;
  private static final int SETTLED_CHECK_EVERY = 16;

  private final double[] x;
  private final int n;
  private final Course course = new Course();
  private final List<Excursion> found = new ArrayList<>();
  private final double[] scratch = new double[SETTLED];
  private int blips;

  /** The current drop below the course, if there is one. */
  private @Nullable Excursion drop;

  private double lowest = Double.POSITIVE_INFINITY;
  private int above;

  private CourseScan(double[] losses) {
    x = losses;
    n = losses.length;
  }

  /** The excursions of a series in order of onset, and the number of blips. */
  record Result(List<Excursion> excursions, int blips) {}

  /** Scans a loss, nats per token, in step order; NaN where it was not finite. */
  static Result scan(double[] losses) {
    return new CourseScan(losses).scan();
  }

  private Result scan() {
    int i = 0;
    while (i < n && found.size() < MAX_EXCURSIONS) {
      i = next(i);
    }
    if (drop != null) {
      end(drop, n);
    }
    found.sort((a, b) -> Integer.compare(a.start(), b.start()));
    return new Result(found, blips);
  }

  /** Reads sample i; returns the index of the next one to read. */
  private int next(int i) {
    if (!Double.isFinite(x[i])) {
      return rise(i, i, course.level(), margin());
    }
    if (course.accepted() >= WARM_UP) {
      double level = course.level();
      double margin = margin();
      if (x[i] > level + margin) {
        if (!persists(i, level, margin)) {
          blips++;
          return i + 1;
        }
        Excursion dropped = drop;
        if (dropped != null && back(dropped, i)) {
          end(dropped, i);
          restart();
          return i;
        }
        boolean climbing = above > 0;
        return rise(
            climbing ? climbFrom(i) : i,
            i,
            climbing ? lowest : level,
            climbing ? gradualMargin() : margin);
      }
      if (drops(i, level, margin)) {
        drop = new Excursion(false, false, i, i, n, i, level, margin);
        restart();
        return i + 1;
      }
    }
    course.accept(x[i], deviation(i));
    return climbs(i) ? rise(climbFrom(i), i, lowest, gradualMargin()) : i + 1;
  }

  private double margin() {
    return Math.max(SCORES * course.noise(), SHARE * Math.abs(course.level()));
  }

  private double gradualMargin() {
    return Math.max(GRADUAL_SCORES * course.noise(), GRADUAL_SHARE * Math.abs(lowest));
  }

  /**
   * Adds a rise from {@code start}, found at {@code seen}; returns the index of the next sample to
   * read.
   */
  private int rise(int start, int seen, double before, double margin) {
    int end = calmFrom(seen, before, margin);
    int settled = settledFrom(seen, end);
    int peak = start;
    for (int i = start; i < settled; i++) {
      if (!Double.isFinite(x[i])) {
        peak = i;
        break;
      }
      peak = x[i] > x[peak] ? i : peak;
    }
    found.add(new Excursion(true, seen > start, start, peak, end, settled, before, margin));
    if (settled < end) {
      restart();
    }
    above = 0;
    return Math.max(settled, seen + 1);
  }

  /** Starts the course anew at another level. */
  private void restart() {
    course.restart();
    lowest = Double.POSITIVE_INFINITY;
    above = 0;
  }

  /** Returns the first sample that is back at the level before, or n. */
  private int calmFrom(int from, double before, double margin) {
    // without a level before, any finite value counts as the end
    double limit = Double.isNaN(before) ? Double.MAX_VALUE : before + CALM * margin;
    double level = Double.isNaN(before) ? Double.MAX_VALUE : before + CALM_LEVEL * margin;
    int calm = 0;
    for (int i = from; i < n; i++) {
      calm = x[i] <= limit ? calm + 1 : 0;
      int first = i - Math.min(calm, CALM_SAMPLES) + 1;
      boolean enough = calm >= CALM_SAMPLES || (i == n - 1 && calm > 0);
      if (enough && median(first, Math.min(n, first + LEVEL_OF)) <= level) {
        return first;
      }
    }
    return n;
  }

  /** Returns the index at which a new level has lasted long enough, or {@code end}. */
  private int settledFrom(int from, int end) {
    int half = SETTLED / 2;
    for (int i = from + SETTLED; i <= end; i += SETTLED_CHECK_EVERY) {
      double older = median(i - SETTLED, i - half);
      double newer = median(i - half, i);
      if (Math.abs(newer - older) <= SHARE / 2 * Math.abs(newer)) {
        return i;
      }
    }
    return end;
  }

  private boolean persists(int i, double level, double margin) {
    int calm = 0;
    for (int j = i + 1; j <= i + 2; j++) {
      if (j >= n) {
        return false;
      }
      if (!(x[j] <= level + margin)) {
        return true;
      }
      calm += x[j] <= level + CALM * margin ? 1 : 0;
    }
    return calm == 0;
  }

  private boolean climbs(int i) {
    if (course.accepted() < LEVEL_OF) {
      return false;
    }
    double level = course.median(LEVEL_OF, 0);
    lowest = Math.min(lowest, level);
    above = level > lowest + gradualMargin() ? above + 1 : 0;
    return above == SUSTAINED || (i == n - 1 && above >= SUSTAINED_END);
  }

  /** First sample since the level was last less than half the margin above the lowest. */
  private int climbFrom(int seen) {
    double limit = lowest + CALM * gradualMargin();
    int from = seen;
    while (from > LEVEL_OF && median(from - LEVEL_OF, from) > limit) {
      from--;
    }
    return from;
  }

  private boolean drops(int i, double level, double margin) {
    double far = Math.max(margin, 4 * course.fall());
    return course.accepted() >= WARM_UP_DROP
        && i + SUSTAINED_END < n
        && x[i] < level - far
        && x[i + 1] < level - far
        && x[i - 1] > level - CALM * far
        && median(i, Math.min(n, i + SUSTAINED)) < level - far;
  }

  /** Whether a jump at i leads back to where the loss was before it dropped. */
  private boolean back(Excursion dropped, int i) {
    double after = median(i, Math.min(n, i + LEVEL_OF));
    double depth = dropped.before() - course.level();
    return after > dropped.before() - CALM * depth && after < dropped.before() + dropped.margin();
  }

  private void end(Excursion open, int end) {
    int peak = open.start();
    for (int i = open.start(); i < end; i++) {
      peak = x[i] < x[peak] ? i : peak;
    }
    found.add(
        new Excursion(false, false, open.start(), peak, end, end, open.before(), open.margin()));
    drop = null;
  }

  /** Median of the finite samples of a stretch of at most {@value #SETTLED}. */
  private double median(int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      if (Double.isFinite(x[i])) {
        scratch[count++] = x[i];
      }
    }
    return Medians.of(scratch, 0, count);
  }

  private double deviation(int i) {
    double[] near = new double[4];
    int count = 0;
    for (int j = Math.max(0, i - 2); j <= Math.min(n - 1, i + 2); j++) {
      if (j != i && Double.isFinite(x[j])) {
        near[count++] = x[j];
      }
    }
    Arrays.sort(near, 0, count);
    return count == 0 ? 0 : Math.abs(x[i] - Medians.of(near, 0, count));
  }
}
