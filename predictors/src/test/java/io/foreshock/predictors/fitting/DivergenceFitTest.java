// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.fitting.DivergenceFit.Outcome;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.SignalGroup;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Weights;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DivergenceFitTest {
  private static final List<SymptomLog> RUNS = MadeLog.corpus(8);
  private static final DivergenceModel MODEL = DivergenceFit.fit(RUNS);

  @Test
  void noSymptomIsGoodNewsAndNoneThatIsNotSentIsUsed() {
    for (Scope scope : fitted()) {
      for (Symptom symptom : Symptom.values()) {
        double weight = MODEL.weights(scope).bySymptom()[symptom.ordinal()];
        assertTrue(weight >= 0, scope + " " + symptom + " " + weight);
        assertTrue(weight == 0 || scope.includes(symptom.group()), scope + " knows " + symptom);
      }
    }
    assertTrue(MODEL.weights(Scope.full()).bySymptom()[Symptom.ATTENTION_LEVEL.ordinal()] > 0);
  }

  @Test
  void thresholdsKeepToTheBudgetOfFalseAlarms() {
    for (Scope scope : fitted()) {
      Weights weights = MODEL.weights(scope);
      List<ForecastRun> raw = DivergenceFit.crossValidated(RUNS, scope);
      double[] calibration = DivergenceFit.calibration(raw);
      List<ForecastRun> forecasts = raw.stream().map(run -> run.calibrated(calibration)).toList();
      assertTrue(ForecastRun.falseAlarmsPer10k(forecasts, weights.critical()) <= 0.03, "" + scope);
      assertTrue(ForecastRun.falseAlarmsPer10k(forecasts, weights.warning()) <= 0.3, "" + scope);
      assertTrue(weights.warning() <= weights.critical() && weights.warning() >= 0.2);
    }
  }

  @Test
  void runsItWasNotFittedToAreForeseen() {
    Weights weights = MODEL.weights(Scope.full());
    ForecastRun doomed =
        ForecastRun.of(MadeLog.run(RunClass.PREDICTABLE, 901, "odd"), Scope.full(), weights);
    ForecastRun struck =
        ForecastRun.of(MadeLog.run(RunClass.SUDDEN, 902, "odd"), Scope.full(), weights);
    ForecastRun healthy =
        ForecastRun.of(MadeLog.run(RunClass.HEALTHY, 903, "odd"), Scope.full(), weights);
    assertTrue(doomed.caught(weights.critical()));
    assertTrue(struck.caught(weights.critical()));
    assertEquals(0, ForecastRun.falseAlarmsPer10k(List.of(healthy), weights.critical()));
  }

  /** In the made-up runs the loss alone moves only after the onset. */
  @Test
  void aScopeThatCannotForeseeHasNoWeights() {
    assertNull(MODEL.weights(Scope.of()));
    assertNotNull(MODEL.weights(Scope.of(SignalGroup.LAYERS)));
  }

  @Test
  void theFittedModelSurvivesItsFile() {
    DivergenceModel read = DivergenceModel.parse(MODEL.text());
    assertEquals(MODEL.text(), read.text());
  }

  @Test
  void oneClassOrTooFewRunsAreRefused() {
    List<SymptomLog> healthy = RUNS.stream().filter(r -> is(r, RunClass.HEALTHY)).toList();
    List<SymptomLog> doomed = RUNS.stream().filter(r -> is(r, RunClass.PREDICTABLE)).toList();
    for (List<SymptomLog> bad : List.of(List.<SymptomLog>of(), healthy, doomed.subList(0, 1))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> DivergenceFit.fit(bad)).getMessage();
      assertTrue(
          message.matches(
              "loss: \\d+ rows: expected some before a divergence and some of healthy runs"),
          message);
    }
  }

  @Test
  void aDivergedRunWithoutOnsetIsRefused() {
    RunLabel label = new RunLabel("a", RunClass.SUDDEN, OptionalLong.empty(), 500);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new SymptomLog(label)).getMessage();
    assertEquals("a: onset: expected a step, the run is sudden", message);
  }

  @Test
  void rowsBeforeAPredictableOnsetAreItsHorizon() {
    RunLabel label = new RunLabel("a", RunClass.PREDICTABLE, OptionalLong.of(400), 500);
    assertEquals(Outcome.LEFT_OUT, Outcome.of(label, 20));
    assertEquals(Outcome.HOLDS, Outcome.of(label, 199));
    assertEquals(Outcome.DIVERGES, Outcome.of(label, 200));
    assertEquals(Outcome.DIVERGES, Outcome.of(label, 450));
    assertEquals(Outcome.LEFT_OUT, Outcome.of(label, 451));
  }

  @Test
  void nothingIsAskedBeforeAStrike() {
    List<Long> struck = List.of(350L);
    RunLabel label =
        new RunLabel("a", RunClass.SUDDEN, OptionalLong.of(400), 500, struck, Map.of());
    assertEquals(Outcome.HOLDS, Outcome.of(label, 149));
    assertEquals(Outcome.LEFT_OUT, Outcome.of(label, 150));
    assertEquals(Outcome.LEFT_OUT, Outcome.of(label, 349));
    assertEquals(Outcome.DIVERGES, Outcome.of(label, 350));
  }

  @Test
  void theReportLeavesFamiliesOutInTurn() {
    String byScope = FitReport.byScope(RUNS, MODEL);
    for (Scope scope : fitted()) {
      assertTrue(byScope.contains("| " + scope.wireName() + " | 24 |"), byScope);
    }
    String byFamily = FitReport.byFamily(RUNS, List.of("parity", "colour"));
    assertTrue(byFamily.contains("| parity = even | 12 | 4 of 4 |"), byFamily);
    assertTrue(byFamily.contains("| parity = odd | 12 | 4 of 4 |"), byFamily);
    assertEquals(4, byFamily.lines().count());
  }

  /** The scopes that can foresee. */
  private static List<Scope> fitted() {
    return Scope.all().stream().filter(scope -> MODEL.weights(scope) != null).toList();
  }

  private static boolean is(SymptomLog run, RunClass runClass) {
    return run.label().runClass() == runClass;
  }
}
