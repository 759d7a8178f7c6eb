// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.stats.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How good some alarms are, over labelled runs.
 *
 * @param predictable predictable runs with an alarm at least 5 steps before the onset
 * @param sudden sudden runs with an alarm from 5 steps before the strike to 5 after the onset
 * @param precision of the runs with an alarm that are healthy, or were unstable and had it no later
 *     than 5 steps after the onset (and, if sudden, no sooner than 5 before the strike): the
 *     unstable ones
 * @param falseAlarms alarms in healthy runs
 * @param healthySteps steps of the healthy runs without the first 20 of each
 * @param lead steps from the first alarm to the onset, over the predictable runs that were foreseen
 * @param leadShare the same as a share of the run's length
 * @param delay steps from the onset to the first alarm in time, over the sudden runs that had one;
 *     negative when the alarm came first
 * @param delayAfterStrike the same from the strike
 * @param chancePredictable {@code predictable} as it would be with the run's own alarms at random:
 *     all of them shifted circularly over the run, mean over the shifts
 * @param chanceSudden likewise for {@code sudden}
 * @param early alarms within the first 20 steps of any run, which count nowhere else
 * @param longestHealthyRun name of the longest healthy run; null when none
 * @param longestHealthySteps its last step
 * @param longestHealthyAlarms false alarms in it
 */
public record Score(
    Share predictable,
    Share sudden,
    Share precision,
    int falseAlarms,
    long healthySteps,
    Quantiles lead,
    Quantiles leadShare,
    Quantiles delay,
    Quantiles delayAfterStrike,
    double chancePredictable,
    double chanceSudden,
    int early,
    String longestHealthyRun,
    long longestHealthySteps,
    int longestHealthyAlarms) {

  private static final double TEN_THOUSAND = 1e4;

  /** False alarms per 10,000 healthy steps; NaN when there were none. */
  public double falsePer10k() {
    return healthySteps == 0 ? Double.NaN : TEN_THOUSAND * falseAlarms / healthySteps;
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
    private JudgedRun longest;
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
          new Share(leads.size(), predictable),
          new Share(delays.size(), sudden),
          new Share(trueRuns, trueRuns + falseRuns),
          falseAlarms,
          healthySteps,
          Quantiles.of(leads),
          Quantiles.of(leadShares),
          Quantiles.of(delays),
          Quantiles.of(delaysAfterStrike),
          chance[RunClass.PREDICTABLE.ordinal()] / predictable,
          chance[RunClass.SUDDEN.ordinal()] / sudden,
          early,
          longest == null ? null : longest.label().run(),
          longest == null ? 0 : longest.trace().lastStep(),
          longestAlarms);
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
