// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Detects a straggler: a rank whose steps take longer than those of the others.
 *
 * <p><b>Definition.</b> Ranks report by lines of steps with the tag {@code rank} and {@code
 * step_seconds}. Once every {@value #ROUND_SECONDS} s, by the times of the lines, each rank's mean
 * is compared with the median of all ranks' means. A rank is slow above that by max({@value
 * #SHARE}, {@value #SCALES} robust scales of the ranks). Rounds in which it is slow add their
 * length to its clock, but at most {@value #LONGEST_SECONDS} s each, and the others take theirs
 * from it. From {@value #SLOW_SECONDS} s on the slowest such rank is named: info, and warning from
 * {@value #WARNING_SHARE} above the median on.
 *
 * <p><b>Why this is no detector.</b> Detectors read each signal once a step, and the lines of other
 * ranks repeat signals. This watch is fed every line of a rank, late or not, as {@link StallWatch}
 * is fed what detectors do not see. A rollback does not change which machine is slow, so it is not
 * rewound either.
 *
 * <p><b>Edges.</b> Fewer than {@value #LEAST_RANKS} ranks with lines in a round are not judged:
 * with two nobody knows which one is off. Ranks from {@value #MOST_RANKS} on are left out. A step
 * that waits for all ranks takes equally long on all of them: only a time that is measured before
 * the ranks wait for each other tells them apart. <b>Cost.</b> O(1) a line, O(ranks) a round;
 * nothing for lines without a rank.
 */
final class RankTimes {
  private static final double ROUND_SECONDS = 60;
  private static final double LONGEST_SECONDS = 120;
  private static final double SLOW_SECONDS = 300;
  private static final double MOST_SECONDS = 600;
  private static final double SHARE = 0.1;
  private static final double WARNING_SHARE = 0.3;
  private static final double SCALES = 6;
  private static final int LEAST_RANKS = 3;
  private static final int MOST_RANKS = 4096;
  private static final double NANOS = 1e9;

  /** By rank: sum and number of the times in this round, and its clock. */
  private float[] sums = {};

  private int[] lines = {};
  private float[] slow = {};
  private double[] scratch = {};
  private boolean begun;
  private long roundNanos;

  /** The slowest rank that is to be named, its mean and the median; -1 for none. */
  private int straggler = -1;

  private double seconds;
  private double median = Double.NaN;

  /** Whether there are ranks to compare. */
  Judging judging() {
    int reporting = 0;
    for (int i = 0; i < sums.length; i++) {
      reporting += lines[i] > 0 || slow[i] > 0 ? 1 : 0;
    }
    return reporting < LEAST_RANKS && Double.isNaN(median)
        ? new Judging.NothingToJudgeBy("step_seconds of " + LEAST_RANKS + " ranks or more")
        : new Judging.Active();
  }

  /** Adds a line of a rank. */
  void line(Sample sample) {
    double took = sample.get(Signal.STEP_SECONDS);
    int rank = sample.rank();
    if (!(took > 0) || rank >= MOST_RANKS) {
      return;
    }
    if (rank >= sums.length) {
      grow(rank + 1);
    }
    if (!begun) {
      begun = true;
      roundNanos = sample.timeNanos();
    }
    double since = (sample.timeNanos() - roundNanos) / NANOS;
    if (since >= ROUND_SECONDS) {
      compare(Math.min(since, LONGEST_SECONDS));
      roundNanos = sample.timeNanos();
      Arrays.fill(sums, 0);
      Arrays.fill(lines, 0);
    }
    sums[rank] += (float) took;
    lines[rank]++;
  }

  /** Names the straggler, if there is one; called once a step. */
  void step(Consumer<Verdict> verdicts) {
    if (straggler >= 0) {
      emit(verdicts);
    }
  }

  void exchange(State state) {
    int ranks = (int) state.integer(sums.length);
    if (ranks != sums.length) {
      sums = new float[ranks];
      lines = new int[ranks];
      slow = new float[ranks];
      scratch = new double[ranks];
    }
    for (int i = 0; i < ranks; i++) {
      sums[i] = (float) state.real(sums[i]);
      lines[i] = (int) state.integer(lines[i]);
      slow[i] = (float) state.real(slow[i]);
    }
    begun = state.flag(begun);
    roundNanos = state.integer(roundNanos);
    straggler = (int) state.integer(straggler);
    seconds = state.real(seconds);
    median = state.real(median);
  }

  private void grow(int ranks) {
    int room = Math.min(MOST_RANKS, Math.max(ranks, 2 * sums.length));
    sums = Arrays.copyOf(sums, room);
    lines = Arrays.copyOf(lines, room);
    slow = Arrays.copyOf(slow, room);
    scratch = new double[room];
  }

  private void compare(double length) {
    int ranks = gather(0);
    straggler = -1;
    if (ranks < LEAST_RANKS) {
      return;
    }
    median = Medians.of(scratch, 0, ranks);
    double scale = Medians.MAD_TO_SIGMA * Medians.of(scratch, 0, gather(median));
    double limit = median + Math.max(SHARE * median, SCALES * scale);
    for (int i = 0; i < sums.length; i++) {
      if (lines[i] == 0) {
        continue;
      }
      double mean = sums[i] / lines[i];
      double clock = slow[i] + (mean > limit ? length : -length);
      slow[i] = (float) Math.max(0, Math.min(MOST_SECONDS, clock));
      if (slow[i] >= SLOW_SECONDS && (straggler < 0 || mean > seconds)) {
        straggler = i;
        seconds = mean;
      }
    }
  }

  /** Fills the scratch with the distances of the ranks' means from {@code middle}. */
  private int gather(double middle) {
    int ranks = 0;
    for (int i = 0; i < sums.length; i++) {
      if (lines[i] > 0) {
        scratch[ranks++] = Math.abs(sums[i] / lines[i] - middle);
      }
    }
    return ranks;
  }

  private void emit(Consumer<Verdict> verdicts) {
    double share = seconds / median - 1;
    new Finding(
            AlarmKind.STRAGGLER,
            share >= WARNING_SHARE ? Severity.WARNING : Severity.INFO,
            Signal.STEP_SECONDS)
        .value(seconds, median)
        .evidence("rank", straggler)
        .evidence("median_seconds", median)
        .evidence("slow_seconds", (double) slow[straggler])
        .emit(
            verdicts,
            "Rank "
                + straggler
                + " is slow: its steps take "
                + Finding.figure(seconds)
                + " s where the median of the ranks is "
                + Finding.figure(median)
                + " s, for most of the last "
                + Finding.steps(slow[straggler] / 60)
                + " minutes or more.");
  }
}
