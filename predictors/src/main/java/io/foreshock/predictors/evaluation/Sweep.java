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
 * What a rule would catch, and at how many false alarms, if its threshold were another.
 *
 * <p>The thresholds that are tried are those at which recall changes: the loudest score of each
 * unstable run within the window in which an alarm is in time, at most {@value #MOST}. For
 * Foreshock the score is the probability of its forecast, and one more at a critical alarm: from 0
 * to 1 the threshold asks for critical alarms and, besides, for the probability being reached;
 * above 1 only for critical alarms at which the probability is at least the rest.
 *
 * <p><b>Edges.</b> False alarms need not grow as the threshold falls: a rule that always fires has
 * alarmed once, and warned of everything. So thresholds are tried from the highest down, and only
 * while the rule is quiet in at least half of the healthy steps; and what is caught at a rate is
 * looked for only to where the rate is first exceeded. <b>Cost.</b> O(thresholds · steps).
 */
public final class Sweep {
  private static final int MOST = 200;
  private static final double MOST_FIRING = 0.5;

  /**
   * One threshold.
   *
   * @param threshold the rule fires from it on
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

  /** The sweep of a baseline: its alarms are the rising edges of its score. */
  static Sweep ofScores(List<JudgedRun> runs, Function<RunTrace, StepScores> tracks) {
    return new Sweep(runs, tracks, false);
  }

  /** The sweep of Foreshock: critical alarms and the rising edges of the probability. */
  static Sweep ofAlarmsAndScores(List<JudgedRun> runs, Function<RunTrace, StepScores> tracks) {
    return new Sweep(runs, tracks, true);
  }

  /** All thresholds that were tried, falling. */
  public List<Point> points() {
    return Collections.unmodifiableList(points);
  }

  /** Most that is caught of each class without more than so many false alarms. */
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
   * @param threshold highest threshold that catches as many predictable runs; NaN when it is none
   * @param predictable predictable runs warned in time
   * @param sudden sudden runs warned in time
   */
  public record AtRate(double falsePer10k, double threshold, Share predictable, Share sudden) {}

  private static void add(TreeSet<Float> thresholds, float score) {
    if (score > Float.NEGATIVE_INFINITY) { // nor NaN
      thresholds.add(score);
    }
  }

  /** Adds a threshold's point, unless the rule fires all the time there; gives whether it did. */
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

  /** Scored alarms of a run at a threshold, and at how many of its samples the score reached it. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one line
  private record Applied(int[] alarms, int firing) {}

  /**
   * Applies a threshold. Where alarms are kept, one that comes within the quiet time of a rising
   * edge is the same alarm, and an edge within that of any alarm is none.
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
