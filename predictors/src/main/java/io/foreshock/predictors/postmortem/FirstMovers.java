// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the signals that left their own quiet band before the onset of the loss, and when they did.
 *
 * <p><b>Definition.</b> The quiet time of a signal is the older half of its samples up to the
 * onset, without the first {@value #TRANSIENT} of the run. Its usual level u is the median of the
 * newest quarter of that time; the half-width of its band is the largest of {@value #WIDER} times
 * its largest distance from u in its quiet time, {@value #SCORES} robust deviations there, and a
 * floor. It moved at the first step from which it stayed outside, on one side, up to the onset, for
 * at least {@value #PERSISTENT} samples, including the two after the onset. Samples are medians of
 * three; signals that are always above zero are used as logarithms.
 *
 * <p><b>Many signals are tested</b>, so some would leave a band of a few deviations by chance. The
 * band is therefore as wide as everything seen in an equally long time, including drift, and a
 * signal must stay outside until the onset. With that, none of two thousand noisy or correlated
 * signals moves by chance, and 6 % of random walks ({@code FirstMoversTest}). A signal that grew
 * all the time counts as moved only once it grows faster than before.
 *
 * <p><b>Edges.</b> A signal with fewer than {@value #MIN_QUIET} quiet samples is not tested. A lead
 * is at most half of the samples that were read. <b>Cost.</b> O(n log n) a signal. <b>Source.</b>
 * Our own.
 */
final class FirstMovers {
  /** Most samples read before an onset; the longest lead is half as many. */
  static final int WINDOW = 512;

  private static final int TRANSIENT = 16;
  private static final int MIN_QUIET = 12;
  private static final int PERSISTENT = 3;
  private static final int AFTER = 2;
  private static final double WIDER = 1.25;
  private static final double SCORES = 6;

  /** Smallest half-width of a logarithm. */
  private static final double FLOOR = 0.1;

  /** Smallest half-width of a signal that may be negative, as a share of its size. */
  private static final double FLOOR_SHARE = 0.1;

  /** Signals that are not tested: the loss, and those that the schedule sets. */
  private static final Set<Signal> NOT_TESTED =
      Set.of(Signal.LOSS, Signal.LEARNING_RATE, Signal.TOKENS, Signal.BATCH, Signal.STEP_SECONDS);

  private FirstMovers() {}

  /** Whether a signal is tested. */
  static boolean tests(Signal signal) {
    return !NOT_TESTED.contains(signal);
  }

  /**
   * Returns the movers, earliest first; of equal leads the one with the higher score comes first.
   *
   * @param onset step of the loss's onset
   * @param begin step from which on the signals are past their initial transient
   */
  static List<FirstMove> of(List<Track> tracks, long onset, long begin) {
    List<FirstMove> moves = new ArrayList<>();
    for (Track track : tracks) {
      FirstMove move = tests(track.signal()) ? move(track, onset, begin) : null;
      if (move != null) {
        moves.add(move);
      }
    }
    moves.sort(
        Comparator.comparingLong(FirstMove::leadSteps)
            .thenComparingDouble(FirstMove::score)
            .reversed());
    return moves;
  }

  /** First step from which on a run's signals are past their initial transient. */
  static long begin(Track loss) {
    return loss.size() > TRANSIENT ? loss.steps()[TRANSIENT] : Long.MAX_VALUE;
  }

  private static @Nullable FirstMove move(Track track, long onset, long begin) {
    int from = track.from(begin);
    int until = track.from(onset + 1); // samples before this one are not after the onset
    from = Math.max(from, until - WINDOW);
    int quiet = from + (until - from) / 2;
    if (quiet - from < MIN_QUIET) {
      return null;
    }
    int to = Math.min(track.size(), until + AFTER);
    boolean positive = positive(track.values(), from, to);
    double[] y = smooth(track.values(), from, to, positive);
    int quietSize = quiet - from;
    double usual = median(y, quietSize - Math.max(3, quietSize / 4), quietSize);
    double half = halfWidth(y, quietSize, usual, positive);

    int last = until - from - 1;
    boolean rising = y[last] > usual;
    int first = last;
    while (first > quietSize && outside(y[first - 1], usual, half, rising)) {
      first--;
    }
    int end = last;
    while (end + 1 < y.length && outside(y[end + 1], usual, half, rising)) {
      end++;
    }
    if (!outside(y[last], usual, half, rising) || end - first + 1 < PERSISTENT) {
      return null;
    }
    double far = 0;
    for (int i = first; i <= last; i++) {
      far = Math.max(far, Math.abs(y[i] - usual));
    }
    long step = track.steps()[from + first];
    return new FirstMove(
        track.signal(),
        track.layer(),
        step,
        onset - step,
        rising,
        positive ? Math.exp(usual) : usual,
        far / half);
  }

  private static double halfWidth(double[] y, int quietSize, double usual, boolean positive) {
    double[] away = new double[quietSize];
    double farthest = 0;
    for (int i = 0; i < quietSize; i++) {
      away[i] = Math.abs(y[i] - usual);
      farthest = Math.max(farthest, away[i]);
    }
    double noise = Medians.MAD_TO_SIGMA * Medians.of(away, 0, quietSize);
    double floor = positive ? FLOOR : FLOOR_SHARE * Math.abs(usual) + Double.MIN_NORMAL;
    return Math.max(floor, Math.max(WIDER * farthest, SCORES * noise));
  }

  private static boolean outside(double value, double usual, double half, boolean above) {
    return above ? value > usual + half : value < usual - half;
  }

  private static boolean positive(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!(values[i] > 0)) {
        return false;
      }
    }
    return true;
  }

  /** Medians of three, of the logarithms if requested; the ends stay unchanged. */
  private static double[] smooth(double[] values, int from, int to, boolean logarithm) {
    double[] raw = new double[to - from];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = logarithm ? Math.log(values[from + i]) : values[from + i];
    }
    double[] y = raw.clone();
    for (int i = 1; i + 1 < raw.length; i++) {
      double low = Math.min(raw[i - 1], raw[i + 1]);
      double high = Math.max(raw[i - 1], raw[i + 1]);
      y[i] = Math.max(low, Math.min(high, raw[i]));
    }
    return y;
  }

  private static double median(double[] y, int from, int to) {
    double[] part = Arrays.copyOfRange(y, Math.max(0, from), to);
    return Medians.of(part, 0, part.length);
  }
}
