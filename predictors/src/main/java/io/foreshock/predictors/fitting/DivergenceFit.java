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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Fits the {@link DivergenceModel} to labelled runs.
 *
 * <p><b>Rows.</b> Of every run at most {@value #ROWS_A_RUN}, evenly spread, after step {@value
 * #FIRST_STEP}; all runs weigh the same. A row is positive from {@link
 * DivergenceModel#FITTED_HORIZON} steps before the onset of a predictable run, or from the abrupt
 * event of a sudden one, to {@value #AFTER_ONSET} steps after it, where the run's rows end. The
 * horizon before an abrupt event is left out, because there were no signs.
 *
 * <p><b>Weights.</b> Logistic regression with a ridge; symptoms with a negative weight are dropped,
 * worst first, until none is left.
 *
 * <p><b>Thresholds.</b> Chosen on forecasts of runs to which the weights were not fitted ({@value
 * #FOLDS} folds): the lowest at which the healthy runs have at most {@value #CRITICAL_PER_10K}
 * (critical) and {@value #WARNING_PER_10K} (warning) false alarms per 10,000 steps.
 *
 * <p><b>Threads.</b> None. <b>Cost.</b> Half a minute for 250 runs.
 */
public final class DivergenceFit {
  private static final int ROWS_A_RUN = 64;
  private static final int FIRST_STEP = 20;
  private static final int AFTER_ONSET = 50;
  private static final int FOLDS = 5;
  private static final double RIDGE = 100;
  private static final double CRITICAL_PER_10K = 0.1;
  private static final double WARNING_PER_10K = 2;
  private static final double LEAST_CRITICAL = 0.4;
  private static final double LEAST_WARNING = 0.2;

  private DivergenceFit() {}

  /**
   * Fits a model.
   *
   * @throws IllegalArgumentException when the runs are too few or all of one class
   */
  public static DivergenceModel fit(List<SymptomLog> runs) {
    Map<Scope, Weights> weights = new EnumMap<>(Scope.class);
    for (Scope scope : Scope.values()) {
      weights.put(scope, fit(runs, scope));
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

  static Weights fit(List<SymptomLog> runs, Scope scope) {
    List<ForecastRun> forecasts = crossValidated(runs, scope);
    double critical = ForecastRun.threshold(forecasts, CRITICAL_PER_10K, LEAST_CRITICAL);
    double warning = ForecastRun.threshold(forecasts, WARNING_PER_10K, LEAST_WARNING);
    return weights(runs, scope, Math.min(warning, critical), critical);
  }

  static Weights weights(List<SymptomLog> runs, Scope scope, double warning, double critical) {
    Rows rows = new Rows();
    runs.forEach(run -> rows.add(run, scope));
    rows.check(scope);
    List<Symptom> kept = new ArrayList<>(List.of(Symptom.values()));
    kept.removeIf(symptom -> symptom.scope().compareTo(scope) > 0);
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
      int stride = Math.max(1, (usable.size() + ROWS_A_RUN - 1) / ROWS_A_RUN);
      int count = (usable.size() + stride - 1) / stride;
      for (int k = 0; k < usable.size(); k += stride) {
        double[] row = new double[Symptom.COUNT];
        run.read(usable.get(k), row);
        values.add(row);
        positive.add(Outcome.of(run.label(), run.step(usable.get(k))) == Outcome.DIVERGES);
        weights.add((double) ROWS_A_RUN / Math.max(ROWS_A_RUN / 4, count));
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
      boolean[] result = new boolean[positive.size()];
      for (int i = 0; i < result.length; i++) {
        result[i] = positive.get(i);
      }
      return result;
    }

    double[] weights() {
      return weights.stream().mapToDouble(Double::doubleValue).toArray();
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
