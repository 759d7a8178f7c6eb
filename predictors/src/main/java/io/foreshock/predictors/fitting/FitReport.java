// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reports in Markdown how well the forecast alone, without the detectors, does on runs to which its
 * weights were not fitted: by folds, and with each family left out in turn.
 */
public final class FitReport {
  private static final String HEADING =
      "| %s | runs | predictable warned | median lead | sudden caught | false alarms per 10k |%n"
          + "|---|---|---|---|---|---|%n";

  private FitReport() {}

  /**
   * Reports by the signals that are used of the runs. Unlike {@link #byFamily}, these are the runs
   * of the fit.
   */
  public static String byScope(List<SymptomLog> runs, DivergenceModel model) {
    StringBuilder text = new StringBuilder(HEADING.formatted("signals"));
    for (Scope scope : Scope.all()) {
      Weights weights = model.weights(scope);
      if (weights == null) {
        text.append("| ").append(scope.wireName()).append(" | cannot foresee | | | | |\n");
      } else {
        row(text, scope.wireName(), forecasts(runs, scope, weights), weights.critical());
      }
    }
    return text.toString();
  }

  private static List<ForecastRun> forecasts(List<SymptomLog> runs, Scope scope, Weights weights) {
    return runs.stream().map(run -> ForecastRun.of(run, scope, weights)).toList();
  }

  /** Reports each family with weights and thresholds that were fitted to all others. */
  public static String byFamily(List<SymptomLog> runs, List<String> keys) {
    StringBuilder text = new StringBuilder(HEADING.formatted("left out"));
    for (String key : keys) {
      for (String value : values(runs, key)) {
        List<SymptomLog> others = new ArrayList<>();
        List<SymptomLog> family = new ArrayList<>();
        runs.forEach(
            run -> (value.equals(run.label().family().get(key)) ? family : others).add(run));
        if (has(others, RunClass.HEALTHY) && has(others, RunClass.PREDICTABLE)) {
          Weights weights = DivergenceFit.fit(others, Scope.full());
          if (weights != null) {
            List<ForecastRun> forecasts = forecasts(family, Scope.full(), weights);
            row(text, key + " = " + value, forecasts, weights.critical());
          }
        }
      }
    }
    return text.toString();
  }

  private static TreeSet<String> values(List<SymptomLog> runs, String key) {
    return runs.stream()
        .map(run -> run.label().family().get(key))
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean has(List<SymptomLog> runs, RunClass runClass) {
    return runs.stream().anyMatch(run -> run.label().runClass() == runClass);
  }

  private static void row(
      StringBuilder text, String name, List<ForecastRun> runs, double threshold) {
    List<ForecastRun> judged = runs.stream().filter(run -> run.steps().length > 0).toList();
    List<ForecastRun> predictable =
        judged.stream().filter(run -> run.is(RunClass.PREDICTABLE)).toList();
    List<ForecastRun> sudden = judged.stream().filter(run -> run.is(RunClass.SUDDEN)).toList();
    List<ForecastRun> warned = predictable.stream().filter(run -> run.caught(threshold)).toList();
    double[] leads =
        warned.stream().mapToDouble(run -> run.leadShare(threshold)).sorted().toArray();
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %d of %d | %s | %d of %d | %.2f |%n",
            name,
            judged.size(),
            warned.size(),
            predictable.size(),
            leads.length == 0
                ? "–"
                : String.format(Locale.ROOT, "%.0f %%", 100 * leads[leads.length / 2]),
            sudden.stream().filter(run -> run.caught(threshold)).count(),
            sudden.size(),
            ForecastRun.falseAlarmsPer10k(judged, threshold)));
  }
}
