// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Quality of alarms over labelled runs.
 *
 * @param predictable recall and lead time in predictable runs
 * @param sudden recall and delay in sudden runs
 * @param precision share of diverged runs among the runs with an alarm. Diverged runs count when
 *     the alarm came at most 5 steps after the onset and, if sudden, at most 5 before the abrupt
 *     event
 * @param healthy false alarms in healthy runs
 * @param early alarms within the first 20 steps of any run, which count nowhere else
 */
public record Score(
    Predictable predictable, Sudden sudden, Share precision, Healthy healthy, int early) {

  /**
   * Recall and lead time in predictable runs.
   *
   * @param foreseen share of runs with an alarm at least 5 steps before the onset
   * @param chance the share for random alarms: the run's own alarms, shifted circularly over the
   *     run, mean over the shifts
   * @param lead steps from the first alarm to the onset, over those runs
   * @param leadShare the same as a share of the run's length
   */
  public record Predictable(Share foreseen, double chance, Quantiles lead, Quantiles leadShare) {}

  /**
   * Recall and delay in sudden runs.
   *
   * @param inTime share of runs with an alarm from 5 steps before the abrupt event to 5 after the
   *     onset
   * @param chance the share for random alarms, as for predictable runs
   * @param delay steps from the onset to the first alarm in time; negative when the alarm came
   *     first
   * @param delayAfterStrike the same from the abrupt event
   */
  public record Sudden(Share inTime, double chance, Quantiles delay, Quantiles delayAfterStrike) {}

  /**
   * False alarms in healthy runs.
   *
   * @param falseAlarms number of alarms
   * @param steps number of their steps, without the first 20 of each run
   * @param longest the longest healthy run, if there is one
   */
  public record Healthy(int falseAlarms, long steps, @Nullable Longest longest) {}

  /**
   * The longest healthy run.
   *
   * @param run its name
   * @param steps its last step
   * @param alarms false alarms in it
   */
  public record Longest(String run, long steps, int alarms) {}

  private static final double TEN_THOUSAND = 1e4;

  /** False alarms per 10,000 healthy steps; NaN when there were none. */
  public double falsePer10k() {
    return healthy.steps() == 0
        ? Double.NaN
        : TEN_THOUSAND * healthy.falseAlarms() / healthy.steps();
  }

  static Score of(List<JudgedRun> runs, Function<RunTrace, int[]> alarms) {
    Tally tally = new Tally();
    for (JudgedRun run : runs) {
      tally.add(run, alarms.apply(run.trace()));
    }
    return tally.score();
  }

  /** Adds up runs. */
  private static final class Tally {
    private final List<Double> leads = new ArrayList<>();
    private final List<Double> leadShares = new ArrayList<>();
    private final List<Double> delays = new ArrayList<>();
    private final List<Double> delaysAfterStrike = new ArrayList<>();
    private final double[] chance = new double[RunClass.values().length];
    private final int[] total = new int[RunClass.values().length];
    private int trueRuns;
    private int falseRuns;
    private int falseAlarms;
    private long healthySteps;
    private int early;
    private @Nullable JudgedRun longest;
    private int longestAlarms;

    void add(JudgedRun run, int[] alarms) {
      total[run.label().runClass().ordinal()]++;
      early += alarms.length - run.scored(alarms);
      if (run.is(RunClass.HEALTHY)) {
        healthy(run, run.scored(alarms));
        return;
      }
      chance[run.label().runClass().ordinal()] += Chance.of(run, alarms);
      boolean timely = run.first(alarms, run.from(), run.onset() + JudgedRun.MARGIN).isPresent();
      trueRuns += timely ? 1 : 0;
      OptionalLong first = run.first(alarms, run.from(), run.to());
      if (first.isPresent() && run.is(RunClass.PREDICTABLE)) {
        double lead = run.onset() - first.getAsLong();
        leads.add(lead);
        leadShares.add(lead / run.length());
      } else if (first.isPresent()) {
        delays.add((double) first.getAsLong() - run.onset());
        delaysAfterStrike.add((double) first.getAsLong() - run.strike());
      }
    }

    Score score() {
      int predictable = total[RunClass.PREDICTABLE.ordinal()];
      int sudden = total[RunClass.SUDDEN.ordinal()];
      return new Score(
          new Predictable(
              new Share(leads.size(), predictable),
              chance[RunClass.PREDICTABLE.ordinal()] / predictable,
              Quantiles.of(leads),
              Quantiles.of(leadShares)),
          new Sudden(
              new Share(delays.size(), sudden),
              chance[RunClass.SUDDEN.ordinal()] / sudden,
              Quantiles.of(delays),
              Quantiles.of(delaysAfterStrike)),
          new Share(trueRuns, trueRuns + falseRuns),
          new Healthy(falseAlarms, healthySteps, longest()),
          early);
    }

    private @Nullable Longest longest() {
      return longest == null
          ? null
          : new Longest(longest.label().run(), longest.trace().lastStep(), longestAlarms);
    }

    private void healthy(JudgedRun run, int alarms) {
      healthySteps += run.scoredSteps();
      falseAlarms += alarms;
      falseRuns += alarms > 0 ? 1 : 0;
      if (longest == null || run.trace().lastStep() > longest.trace().lastStep()) {
        longest = run;
        longestAlarms = alarms;
      }
    }
  }
}
