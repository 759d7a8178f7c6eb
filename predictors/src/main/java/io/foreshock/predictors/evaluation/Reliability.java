// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Reliability of the forecast's probability: how often a run diverged within the horizon, by the
 * probability that was forecast.
 *
 * <p><b>Definition.</b> Over the scored steps with a forecast. Left out are the steps from the
 * onset on and, in sudden runs, the horizon before the abrupt event, when there were no signs. A
 * forecast came true when the onset is at most the horizon ahead. The Brier score is the mean of
 * (probability − came true)²; that of always forecasting the base rate b is b·(1 − b).
 * <b>Edges.</b> The end of a healthy run counts as not diverging. <b>Source.</b> Brier 1950; Murphy
 * &amp; Winkler 1977 (diagram).
 *
 * <p>The ETA's interval is judged where one is given: the onset lies sooner, inside or later. An
 * onset that had not come at the end of the interval is later. Runs that ended before the interval
 * are not counted.
 *
 * @param bins bins by probability, rising; empty ones included
 * @param steps number of steps that were judged
 * @param baseRate share of them at which the forecast came true; NaN when there are none
 * @param brier the Brier score; NaN when there are none
 * @param eta number of onsets before, inside and after the ETA's intervals
 */
public record Reliability(List<Bin> bins, long steps, double baseRate, double brier, Eta eta) {
  private static final double[] EDGES = {0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1};

  /**
   * The steps whose probability is between two values.
   *
   * @param low smallest probability
   * @param high largest probability, included only in the last bin
   * @param steps number of steps
   * @param predicted their mean probability; NaN when there are none
   * @param observed share of steps at which the forecast came true; NaN when there are none
   */
  public record Bin(double low, double high, long steps, double predicted, double observed) {}

  /**
   * Position of the onset relative to the intervals.
   *
   * @param sooner number of steps at which it came before the interval
   * @param inside number of steps at which it came within the interval
   * @param later number of steps at which it came after the interval or not at all
   */
  public record Eta(long sooner, long inside, long later) {
    /** Number of steps that were judged. */
    public long steps() {
      return sooner + inside + later;
    }
  }

  static Reliability of(List<JudgedRun> runs, int horizonSteps) {
    Sums sums = new Sums();
    for (JudgedRun run : runs) {
      sums.add(run, horizonSteps);
    }
    return sums.reliability();
  }

  /** Adds up steps. */
  private static final class Sums {
    private final long[] steps = new long[EDGES.length - 1];
    private final double[] predicted = new double[EDGES.length - 1];
    private final long[] observed = new long[EDGES.length - 1];
    private double squares;
    private long sooner;
    private long inside;
    private long later;

    void add(JudgedRun run, int horizonSteps) {
      long blind = run.is(RunClass.SUDDEN) ? run.strike() - horizonSteps : Long.MAX_VALUE;
      StepScores track = run.trace().critical();
      for (int i = 0; i < track.size() && run.trace().step(i) < run.onset(); i++) {
        long step = run.trace().step(i);
        float probability = track.score(i);
        boolean leftOut = step <= JudgedRun.UNSCORED || (step >= blind && step < run.strike());
        if (!leftOut && probability >= 0) { // false for NaN
          add(probability, run.onset() - step <= horizonSteps);
          judge(run, step, run.trace().etaLow().score(i), run.trace().etaHigh().score(i));
        }
      }
    }

    private void add(float probability, boolean cameTrue) {
      int bin = 0;
      while (bin < steps.length - 1 && probability >= (float) EDGES[bin + 1]) {
        bin++;
      }
      steps[bin]++;
      predicted[bin] += probability;
      observed[bin] += cameTrue ? 1 : 0;
      double error = probability - (cameTrue ? 1 : 0);
      squares += error * error;
    }

    private void judge(JudgedRun run, long step, float low, float high) {
      if (Float.isNaN(low)) {
        return;
      }
      boolean came = run.onset() <= run.trace().lastStep();
      long wait = (came ? run.onset() : run.trace().lastStep()) - step;
      if (came && wait < low) {
        sooner++;
      } else if (came && wait <= high) {
        inside++;
      } else if (wait > high) {
        later++;
      }
    }

    Reliability reliability() {
      List<Bin> bins = new ArrayList<>();
      long all = 0;
      long cameTrue = 0;
      for (int i = 0; i < steps.length; i++) {
        bins.add(
            new Bin(
                EDGES[i],
                EDGES[i + 1],
                steps[i],
                predicted[i] / steps[i],
                (double) observed[i] / steps[i]));
        all += steps[i];
        cameTrue += observed[i];
      }
      return new Reliability(
          bins, all, (double) cameTrue / all, squares / all, new Eta(sooner, inside, later));
    }
  }
}
