// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Weights;
import io.foreshock.predictors.stats.LogisticRegression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits the {@link DivergenceModel} to labelled runs, recorded and made up ({@code family} with a
 * {@code shape}).
 *
 * <p><b>Rows.</b> Of every run at most {@value #ROWS_A_RUN}, evenly spread, after step {@value
 * #FIRST_STEP}; of a made-up one {@value #ROWS_A_SHAPE}. All runs of one class weigh the same, and
 * rows before a divergence {@value #PRIOR} of all. A row is positive from {@link
 * DivergenceModel#FITTED_HORIZON} steps before the onset of a predictable run, or from the abrupt
 * event of a sudden one, to {@value #AFTER_ONSET} steps after it, where the run's rows end. The
 * horizon before an abrupt event is left out, because there were no signs.
 *
 * <p><b>Weights.</b> Logistic regression with a ridge; symptoms with a negative weight are dropped,
 * worst first, until none is left.
 *
 * <p><b>Calibration.</b> On forecasts of runs to which the weights were not fitted ({@value #FOLDS}
 * folds): logistic regression of the outcome of every row on the log odds. There every step of a
 * long healthy run counts, so that a divergence is as rare as among all these steps.
 *
 * <p><b>Thresholds.</b> On the calibrated forecasts of the folds: the lowest at which the healthy
 * recorded runs have at most {@value #CRITICAL_PER_10K} (critical) and {@value #WARNING_PER_10K}
 * (warning) false alarms per 10,000 steps, and the healthy made-up ones {@value
 * #CRITICAL_PER_10K_MADE_UP} and {@value #WARNING_PER_10K}; at least {@value #LEAST_CRITICAL} and
 * {@value #LEAST_WARNING}. A scope in which fewer than {@value #WORTH_IT} of the predictable runs
 * are then foreseen gets no weights: it cannot foresee.
 *
 * <p><b>Threads.</b> None. <b>Cost.</b> Minutes for 1,000 runs. <b>Source.</b> Our own; the
 * calibration is Platt's (1999).
 */
public final class DivergenceFit {
  private static final int ROWS_A_RUN = 64;
  private static final int ROWS_A_SHAPE = 16;
  private static final int FIRST_STEP = 20;
  private static final int AFTER_ONSET = 50;
  private static final int FOLDS = 5;
  private static final double RIDGE = 100;
  private static final double PRIOR = 0.1;
  private static final double CRITICAL_PER_10K = 0.1;
  private static final double CRITICAL_PER_10K_MADE_UP = 0.03;
  private static final double WARNING_PER_10K = 0.3;
  private static final double LEAST_CRITICAL = 0.5;
  private static final double LEAST_WARNING = 0.2;
  private static final double WORTH_IT = 0.25;

  /** Keeps log odds finite. */
  private static final double SMALLEST = 1e-9;

  private DivergenceFit() {}

  /**
   * Fits a model.
   *
   * @throws IllegalArgumentException when the runs are too few or all of one class
   */
  public static DivergenceModel fit(List<SymptomLog> runs) {
    Map<Scope, Weights> weights = new HashMap<>();
    for (Scope scope : Scope.all()) {
      Weights fitted = fit(runs, scope);
      if (fitted != null) {
        weights.put(scope, fitted);
      }
    }
    return new DivergenceModel(weights);
  }

  /** Forecasts every run with weights that were fitted to other runs. */
  static List<ForecastRun> crossValidated(List<SymptomLog> runs, Scope scope) {
    ForecastRun[] forecasts = new ForecastRun[runs.size()];
    for (int fold = 0; fold < FOLDS; fold++) {
      List<SymptomLog> others = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        if (i % FOLDS != fold) {
          others.add(runs.get(i));
        }
      }
      Weights weights = weights(others, scope, 1, 1);
      for (int i = fold; i < runs.size(); i += FOLDS) {
        forecasts[i] = ForecastRun.of(runs.get(i), scope, weights);
      }
    }
    return Arrays.asList(forecasts);
  }

  /** Returns the weights of a scope; null when it cannot foresee. */
  static @Nullable Weights fit(List<SymptomLog> runs, Scope scope) {
    List<ForecastRun> raw = crossValidated(runs, scope);
    double[] calibration = calibration(raw);
    List<ForecastRun> forecasts = raw.stream().map(run -> run.calibrated(calibration)).toList();
    double critical =
        threshold(forecasts, CRITICAL_PER_10K, CRITICAL_PER_10K_MADE_UP, LEAST_CRITICAL);
    double warning = threshold(forecasts, WARNING_PER_10K, WARNING_PER_10K, LEAST_WARNING);
    List<ForecastRun> predictable =
        forecasts.stream()
            .filter(run -> run.is(RunClass.PREDICTABLE) && !run.label().isMadeUp())
            .toList();
    long foreseen = predictable.stream().filter(run -> run.caught(critical)).count();
    return foreseen < WORTH_IT * predictable.size()
        ? null
        : weights(runs, scope, Math.min(warning, critical), critical).calibrated(calibration);
  }

  private static double threshold(
      List<ForecastRun> runs, double alarmsPer10k, double alarmsPer10kMadeUp, double least) {
    List<ForecastRun> recorded = runs.stream().filter(run -> !run.label().isMadeUp()).toList();
    List<ForecastRun> madeUp = runs.stream().filter(run -> run.label().isMadeUp()).toList();
    double threshold = ForecastRun.threshold(recorded, alarmsPer10k, least);
    return ForecastRun.threshold(madeUp, alarmsPer10kMadeUp, threshold);
  }

  /** Fits the outcome of every row to its log odds; returns intercept and factor. */
  static double[] calibration(List<ForecastRun> runs) {
    List<double[]> logOdds = new ArrayList<>();
    List<Boolean> outcomes = new ArrayList<>();
    for (ForecastRun run : runs) {
      for (int i = 0; i < run.steps().length; i++) {
        Outcome outcome = Outcome.of(run.label(), run.steps()[i]);
        if (outcome != Outcome.LEFT_OUT) {
          double p = Math.max(SMALLEST, Math.min(1 - SMALLEST, run.probabilities()[i]));
          logOdds.add(new double[] {Math.log(p / (1 - p))});
          outcomes.add(outcome == Outcome.DIVERGES);
        }
      }
    }
    double[] weights = new double[logOdds.size()];
    Arrays.fill(weights, 1);
    return LogisticRegression.fit(
        logOdds.toArray(double[][]::new), toArray(outcomes), weights, SMALLEST);
  }

  private static boolean[] toArray(List<Boolean> flags) {
    boolean[] result = new boolean[flags.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = flags.get(i);
    }
    return result;
  }

  static Weights weights(List<SymptomLog> runs, Scope scope, double warning, double critical) {
    Rows rows = new Rows();
    runs.forEach(run -> rows.add(run, scope));
    rows.check(scope);
    List<Symptom> kept = new ArrayList<>(List.of(Symptom.values()));
    kept.removeIf(symptom -> !scope.includes(symptom.group()));
    while (true) {
      double[] fitted =
          LogisticRegression.fit(rows.columns(kept), rows.positive(), rows.weights(), RIDGE);
      if (!dropWrong(kept, fitted)) {
        double[] bySymptom = new double[Symptom.COUNT];
        for (int j = 0; j < kept.size(); j++) {
          bySymptom[kept.get(j).ordinal()] = fitted[j + 1];
        }
        return new Weights(fitted[0], bySymptom, warning, critical);
      }
    }
  }

  /**
   * Drops the worse half of the symptoms whose weight is negative; returns whether there were any.
   */
  private static boolean dropWrong(List<Symptom> kept, double[] fitted) {
    List<Symptom> wrong = new ArrayList<>();
    for (int j = 0; j < kept.size(); j++) {
      if (fitted[j + 1] < 0) {
        wrong.add(kept.get(j));
      }
    }
    List<Symptom> all = List.copyOf(kept);
    wrong.sort((a, b) -> Double.compare(harm(a, all, fitted), harm(b, all, fitted)));
    kept.removeAll(wrong.subList(0, (wrong.size() + 1) / 2));
    return !wrong.isEmpty();
  }

  /** Weight over the symptom's whole range. */
  private static double harm(Symptom symptom, List<Symptom> kept, double[] fitted) {
    return fitted[kept.indexOf(symptom) + 1] * (symptom.high() - symptom.low());
  }

  /** The rows of a fit. */
  private static final class Rows {
    private final List<double[]> values = new ArrayList<>();
    private final List<Boolean> positive = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    void add(SymptomLog run, Scope scope) {
      List<Integer> usable = new ArrayList<>();
      for (int i = 0; i < run.size(); i++) {
        if (run.has(i, scope) && Outcome.of(run.label(), run.step(i)) != Outcome.LEFT_OUT) {
          usable.add(i);
        }
      }
      int most = run.label().isMadeUp() ? ROWS_A_SHAPE : ROWS_A_RUN;
      int stride = Math.max(1, (usable.size() + most - 1) / most);
      int count = (usable.size() + stride - 1) / stride;
      for (int k = 0; k < usable.size(); k += stride) {
        double[] row = new double[Symptom.COUNT];
        run.read(usable.get(k), row);
        values.add(row);
        positive.add(Outcome.of(run.label(), run.step(usable.get(k))) == Outcome.DIVERGES);
        weights.add((double) most / Math.max(most / 4, count));
      }
    }

    void check(Scope scope) {
      if (!positive.contains(true) || !positive.contains(false)) {
        throw new IllegalArgumentException(
            "%s: %s rows: expected some before a divergence and some of healthy runs"
                .formatted(scope.wireName(), values.size()));
      }
    }

    double[][] columns(List<Symptom> symptoms) {
      double[][] columns = new double[values.size()][symptoms.size()];
      for (int i = 0; i < columns.length; i++) {
        for (int j = 0; j < symptoms.size(); j++) {
          columns[i][j] = values.get(i)[symptoms.get(j).ordinal()];
        }
      }
      return columns;
    }

    boolean[] positive() {
      return toArray(positive);
    }

    /** The weights of the rows: those before a divergence together have {@link #PRIOR} of all. */
    double[] weights() {
      double before = 0;
      double other = 0;
      for (int i = 0; i < weights.size(); i++) {
        before += positive.get(i) ? weights.get(i) : 0;
        other += positive.get(i) ? 0 : weights.get(i);
      }
      double[] result = new double[weights.size()];
      for (int i = 0; i < result.length; i++) {
        double share = positive.get(i) ? PRIOR / before : (1 - PRIOR) / other;
        result[i] = weights.get(i) * share * result.length;
      }
      return result;
    }
  }

  /** Class of a row in the fit. */
  enum Outcome {
    DIVERGES,
    HOLDS,
    LEFT_OUT;

    static Outcome of(RunLabel label, long step) {
      if (step <= FIRST_STEP) {
        return LEFT_OUT;
      }
      if (label.runClass() == RunClass.HEALTHY) {
        return HOLDS;
      }
      long onset = label.onset().orElseThrow();
      if (step > onset + AFTER_ONSET) {
        return LEFT_OUT;
      }
      long strike = label.strike().orElse(onset - DivergenceModel.FITTED_HORIZON);
      boolean blind = step < strike && step >= strike - DivergenceModel.FITTED_HORIZON;
      if (label.runClass() == RunClass.SUDDEN && blind) {
        return LEFT_OUT;
      }
      return step >= strike ? DIVERGES : HOLDS;
    }
  }
}
