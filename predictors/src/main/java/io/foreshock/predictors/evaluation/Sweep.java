// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Recall and false alarms of a rule at other thresholds.
 *
 * <p>The thresholds that are tried are those at which recall changes: the highest score of each
 * diverged run within the window in which an alarm is in time, at most {@value #MOST}. For
 * Foreshock all thresholds are ordered on one scale. Above 1, only critical alarms with a
 * probability of at least the threshold minus 1 count. From 0 to 1, all critical alarms count, and
 * also the steps at which the probability reaches the threshold.
 *
 * <p><b>Edges.</b> False alarms may fall when the threshold falls, because a rule that always fires
 * has alarmed once. So thresholds are tried from the highest down, and only while the rule is quiet
 * in at least half of the healthy steps. Recall at a rate of false alarms is searched only up to
 * where the rate is first exceeded. <b>Cost.</b> O(thresholds · steps).
 */
public final class Sweep {
  private static final int MOST = 200;
  private static final double MOST_FIRING = 0.5;

  /**
   * Recall and false alarms at one threshold.
   *
   * @param threshold score from which the rule fires
   * @param falsePer10k false alarms per 10,000 healthy steps
   * @param predictable predictable runs warned in time
   * @param sudden sudden runs warned in time
   */
  public record Point(double threshold, double falsePer10k, Share predictable, Share sudden) {}

  private final List<Point> points = new ArrayList<>();
  private final Share noPredictable;
  private final Share noSudden;

  private Sweep(List<JudgedRun> runs, Function<RunTrace, StepScores> tracks, boolean keepsAlarms) {
    TreeSet<Float> loudest = new TreeSet<>(Collections.reverseOrder());
    int predictable = 0;
    int sudden = 0;
    for (JudgedRun run : runs) {
      predictable += run.is(RunClass.PREDICTABLE) ? 1 : 0;
      sudden += run.is(RunClass.SUDDEN) ? 1 : 0;
      if (!run.is(RunClass.HEALTHY)) {
        StepScores track = tracks.apply(run.trace());
        add(loudest, run.loudest(track));
        for (int alarm : keepsAlarms ? track.alarms() : new int[0]) {
          add(loudest, 1 + probability(track, alarm));
        }
      }
    }
    noPredictable = new Share(0, predictable);
    noSudden = new Share(0, sudden);
    List<Float> thresholds = List.copyOf(loudest);
    int stride = 1 + (thresholds.size() - 1) / MOST;
    boolean usable = true;
    for (int i = 0; i < thresholds.size() && usable; i += stride) {
      usable = tryOut(thresholds.get(i), runs, tracks, keepsAlarms);
    }
  }

  /** Sweeps a baseline, whose alarms are the rising edges of its score. */
  static Sweep ofScores(List<JudgedRun> runs, Function<RunTrace, StepScores> tracks) {
    return new Sweep(runs, tracks, false);
  }

  /** Sweeps Foreshock: critical alarms and the rising edges of the probability. */
  static Sweep ofAlarmsAndScores(List<JudgedRun> runs, Function<RunTrace, StepScores> tracks) {
    return new Sweep(runs, tracks, true);
  }

  /** All thresholds that were tried, falling. */
  public List<Point> points() {
    return Collections.unmodifiableList(points);
  }

  /** Returns the best recall in each class without exceeding a rate of false alarms. */
  public AtRate atRate(double falsePer10k) {
    Share predictable = noPredictable;
    Share sudden = noSudden;
    double threshold = Double.NaN;
    for (Point point : points) {
      if (point.falsePer10k() > falsePer10k) {
        break;
      }
      if (point.predictable().hits() > predictable.hits()) {
        predictable = point.predictable();
        threshold = point.threshold();
      }
      sudden = point.sudden().hits() > sudden.hits() ? point.sudden() : sudden;
    }
    return new AtRate(falsePer10k, threshold, predictable, sudden);
  }

  /**
   * Recall at a rate of false alarms; each class at its own best threshold.
   *
   * @param falsePer10k the rate that was not to be exceeded
   * @param threshold highest threshold with that recall of predictable runs; NaN when there is none
   * @param predictable predictable runs warned in time
   * @param sudden sudden runs warned in time
   */
  public record AtRate(double falsePer10k, double threshold, Share predictable, Share sudden) {}

  private static void add(TreeSet<Float> thresholds, float score) {
    if (score > Float.NEGATIVE_INFINITY) { // false for NaN
      thresholds.add(score);
    }
  }

  /**
   * Adds the point of a threshold; returns false, without adding it, when the rule fires too often.
   */
  private boolean tryOut(
      float threshold,
      List<JudgedRun> runs,
      Function<RunTrace, StepScores> tracks,
      boolean keepsAlarms) {
    int falseAlarms = 0;
    long healthySteps = 0;
    long healthySamples = 0;
    long firing = 0;
    int predictable = 0;
    int sudden = 0;
    for (JudgedRun run : runs) {
      Applied applied = apply(run.trace(), tracks.apply(run.trace()), threshold, keepsAlarms);
      switch (run.label().runClass()) {
        case HEALTHY -> {
          falseAlarms += applied.alarms().length;
          firing += applied.firing();
          healthySamples += run.trace().size();
          healthySteps += run.scoredSteps();
        }
        case PREDICTABLE -> predictable += run.warned(applied.alarms()) ? 1 : 0;
        case SUDDEN -> sudden += run.warned(applied.alarms()) ? 1 : 0;
      }
    }
    if (firing > MOST_FIRING * healthySamples) {
      return false;
    }
    points.add(
        new Point(
            threshold,
            healthySteps == 0 ? 0 : 1e4 * falseAlarms / healthySteps,
            new Share(predictable, noPredictable.total()),
            new Share(sudden, noSudden.total())));
    return true;
  }

  /**
   * Scored alarms of a run at a threshold, and the number of samples at which the score reached it.
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one line
  private record Applied(int[] alarms, int firing) {}

  /**
   * Applies a threshold. Where alarms are kept, an alarm within the quiet time after a rising edge
   * is the same alarm, and an edge within the quiet time after an alarm is not a new one.
   */
  private static Applied apply(
      RunTrace trace, StepScores track, float threshold, boolean keepsAlarms) {
    int[] kept = keepsAlarms ? track.alarms() : new int[0];
    int[] found = new int[16];
    int count = 0;
    int firing = 0;
    int next = 0;
    int lastAlarm = -Edges.QUIET - 1;
    int lastEdge = -Edges.QUIET - 1;
    Edges edges = new Edges();
    for (int i = 0; i < track.size(); i++) {
      boolean isKept = next < kept.length && kept[next] == i;
      next += isKept ? 1 : 0;
      if (trace.step(i) <= JudgedRun.UNSCORED) {
        continue;
      }
      boolean fires = track.score(i) >= threshold;
      firing += fires ? 1 : 0;
      boolean counts =
          isKept && 1 + probability(track, i) >= threshold && i - lastEdge > Edges.QUIET;
      boolean edge = edges.begins(i, fires) && i - lastAlarm > Edges.QUIET;
      if (counts || edge) {
        found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
        found[count++] = i;
        lastAlarm = i;
        lastEdge = counts ? lastEdge : i;
      }
    }
    return new Applied(Arrays.copyOf(found, count), firing);
  }

  /** The forecast's probability; 0 when there was none. */
  private static float probability(StepScores track, int i) {
    return Float.isNaN(track.score(i)) ? 0 : track.score(i);
  }
}
