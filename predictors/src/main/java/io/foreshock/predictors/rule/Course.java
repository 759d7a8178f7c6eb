// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

import io.foreshock.predictors.stats.ResistantBaseline;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;

/**
 * One series of numbers under a {@link Condition}: gives each sample its score.
 *
 * <p><b>Warm-up.</b> {@link Condition.Outside} has no score before {@value
 * ResistantBaseline#MIN_SAMPLES} samples. Values that are outside do not enter the baseline; after
 * {@value #ACCEPT_AFTER} of them in a row the level is accepted, and a new baseline begins. Its
 * scale is at least {@value #FLOOR} of the expected value.
 *
 * <p><b>Memory of changes.</b> {@link Condition.ChangesBy} keeps the lowest and the highest value
 * of {@value #PIECES} pieces of its stretch, so a long stretch takes no more memory than a short
 * one. The oldest piece may reach back one piece further than the stretch.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a sample for limits, that of the baseline for
 * {@code Outside}, O({@value #PIECES}) for {@code ChangesBy}; no allocation.
 */
public abstract sealed class Course {
  /** Samples; with half as many, normal noise is 6 scales away once in 2,000 samples. */
  private static final int WINDOW = 128;

  private static final int ACCEPT_AFTER = 64;
  private static final double FLOOR = 1e-3;
  private static final double SMALLEST_SCALE = 1e-12;
  private static final int PIECES = 128;

  /** A course without any sample; {@code within} is the stretch of {@link Condition.ChangesBy}. */
  public static Course of(Condition condition, Span within) {
    if (condition instanceof Condition.Outside outside) {
      return new Expected(outside.deviations());
    }
    if (condition instanceof Condition.ChangesBy change) {
      return new Changing(change.relative(), within);
    }
    return new Plain(condition instanceof Condition.Below ? -1 : 1);
  }

  /**
   * Adds the next sample.
   *
   * @param step its step
   * @param timeNanos its time
   * @return its score; NaN when it has none
   */
  public abstract double add(long step, long timeNanos, double value);

  /** Samples so far, at most those that are {@link #needed}. */
  public abstract int warmedUp();

  /** Samples before the first score. */
  public abstract int needed();

  /** Saves or restores all of its state. */
  public abstract void exchange(State state);

  /** The value itself, or minus the value. */
  private static final class Plain extends Course {
    private final int sign;
    private boolean seen;

    Plain(int sign) {
      this.sign = sign;
    }

    @Override
    public double add(long step, long timeNanos, double value) {
      seen = true;
      return sign * value;
    }

    @Override
    public int warmedUp() {
      return seen ? 1 : 0;
    }

    @Override
    public int needed() {
      return 1;
    }

    @Override
    public void exchange(State state) {
      seen = state.flag(seen);
    }
  }

  /** Distance from the expected course, in scales. */
  private static final class Expected extends Course {
    private final ResistantBaseline baseline = new ResistantBaseline(WINDOW, FLOOR, SMALLEST_SCALE);
    private final double deviations;
    private int outside;

    Expected(double deviations) {
      this.deviations = deviations;
    }

    @Override
    public double add(long step, long timeNanos, double value) {
      if (Double.isNaN(value)) {
        return Double.NaN;
      }
      double score = Math.abs(baseline.score(value));
      if (!(score > deviations)) {
        outside = 0;
      } else if (++outside > ACCEPT_AFTER) {
        baseline.restart();
        outside = 0;
      }
      if (outside == 0 && Double.isFinite(value)) {
        baseline.accept(step, value);
      }
      return score;
    }

    @Override
    public int warmedUp() {
      return baseline.warmedUp();
    }

    @Override
    public int needed() {
      return ResistantBaseline.MIN_SAMPLES;
    }

    @Override
    public void exchange(State state) {
      baseline.exchange(state);
      outside = (int) state.integer(outside);
    }
  }

  /** Largest change within a stretch. */
  private static final class Changing extends Course {
    private final Window lows = new Window(PIECES + 1);
    private final Window highs = new Window(PIECES + 1);
    private final boolean relative;
    private final boolean byTime;
    private final long stretch;
    private long pieceAt;
    private double low = Double.NaN;
    private double high = Double.NaN;

    Changing(boolean relative, Span within) {
      this.relative = relative;
      this.byTime = within.isTime();
      this.stretch = byTime ? Math.max(1, within.nanos() / 1_000_000) : within.steps();
    }

    @Override
    public double add(long step, long timeNanos, double value) {
      if (Double.isNaN(value)) {
        return Double.NaN;
      }
      long at = byTime ? timeNanos / 1_000_000 : step;
      double score = 0;
      if (at - pieceAt <= stretch) {
        score = Math.max(change(value, low), change(value, high));
      }
      for (int i = lows.size() - 1; i >= 0 && at - lows.step(i) <= stretch; i--) {
        score =
            Math.max(score, Math.max(change(value, lows.value(i)), change(value, highs.value(i))));
      }
      if (Double.isFinite(value)) {
        remember(at, value);
      }
      return score;
    }

    private void remember(long at, double value) {
      if (!Double.isNaN(low) && at - pieceAt < Math.max(1, stretch / PIECES)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        return;
      }
      if (!Double.isNaN(low)) {
        lows.add(pieceAt, low);
        highs.add(pieceAt, high);
      }
      pieceAt = at;
      low = value;
      high = value;
    }

    /** 0 where there is nothing to compare with. */
    private double change(double value, double earlier) {
      double change = Math.abs(value - earlier);
      double score = relative ? change / Math.abs(earlier) : change;
      return Double.isNaN(score) ? 0 : score;
    }

    @Override
    public int warmedUp() {
      return Double.isNaN(low) ? 0 : lows.size() == 0 ? 1 : 2;
    }

    @Override
    public int needed() {
      return 2;
    }

    @Override
    public void exchange(State state) {
      lows.exchange(state);
      highs.exchange(state);
      pieceAt = state.integer(pieceAt);
      low = state.real(low);
      high = state.real(high);
    }
  }
}
