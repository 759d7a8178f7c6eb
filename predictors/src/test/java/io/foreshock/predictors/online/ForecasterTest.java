// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.SignalGroup;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Weights;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForecasterTest extends DetectorContract {
  /** Where the loss of the recorded ramp leaves its course: test/resources/recorded/README.md. */
  private static final int RAMP_ONSET = 329;

  @Override
  Detector fresh() {
    return new Forecaster(
        200, model(-3, Map.of(Symptom.LOSS_ABOVE_LOWEST, 20.0, Symptom.NORM_ABOVE_LOWEST, 3.0)));
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 2 * Math.exp(-i / 60.0) + 0.03 * noise);
    sample.set(Signal.GRAD_NORM, 0.5 * Math.exp(0.1 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, 2.5 + 0.05 * k + 0.03 * noise);
    sample.set(Signal.GRAD_NORM, 2 * Math.exp(0.05 * k + 0.1 * noise));
  }

  @Test
  void symptomsThatLastAreCritical() {
    List<Verdict> found = feed(fresh(), stream(1));
    assertEquals(AlarmKind.FORECAST_DIVERGENCE, found.get(0).kind());
    assertTrue(found.stream().anyMatch(v -> v.severity() == Severity.CRITICAL));
  }

  @Test
  void theRecordedRampIsForeseen() {
    Lines lines = Lines.of("rec-ramp");
    Lines.recorded("ramp").forEach(lines::feed);
    assertTrue(
        lines.alarms.stream()
            .anyMatch(
                alarm ->
                    alarm.verdict().kind() == AlarmKind.FORECAST_DIVERGENCE
                        && alarm.step() < RAMP_ONSET),
        "no forecast before step " + RAMP_ONSET);
  }

  @Test
  void nothingIsKnownBeforeThereIsEnoughOfTheLoss() {
    Forecaster forecaster = new Forecaster(200, certain(0.9));
    feed(forecaster, stream(1).subList(0, 11));
    assertEquals(Double.NaN, forecaster.forecast().probability());
    feed(forecaster, stream(1).subList(11, 12));
    assertEquals(0.9, forecaster.forecast().probability(), 1e-9);
  }

  @Test
  void nothingIsForecastFromSignalsForWhichTheModelHasNoWeights() {
    Weights alarm = new Weights(9, new double[Symptom.COUNT], 0.4, 0.8);
    DivergenceModel model = new DivergenceModel(Map.of(Scope.of(SignalGroup.RATE), alarm));
    Forecaster forecaster = new Forecaster(200, model);
    assertEquals(List.of(), feed(forecaster, stream(1)));
    assertEquals(Double.NaN, forecaster.forecast().probability());
    assertTrue(forecaster.judging() instanceof Judging.NothingToJudgeBy);
  }

  @Test
  void aForecastEndsWhenASignalJoinsForWhichThereAreNoWeights() {
    Weights alarm = new Weights(9, new double[Symptom.COUNT], 0.4, 0.8);
    DivergenceModel model = new DivergenceModel(Map.of(Scope.of(), alarm));
    Feed feed = Feed.of(new Forecaster(200, model)).course(40, 0.03, i -> 2);
    assertEquals("C", feed.newest(1));
    for (int i = 0; i < 12; i++) {
      feed.next(sample -> sample.set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 1));
    }
    assertEquals(".", feed.newest(1), "of loss and norm the model knows nothing");
  }

  /** Any model that is shipped must keep to this. */
  @Test
  void aSmoothFallingLossIsNoDivergenceToTheShippedModel() {
    for (boolean more : new boolean[] {false, true}) {
      Forecaster forecaster = new Forecaster(200, DivergenceModel.shipped());
      Feed feed = Feed.of(forecaster);
      for (int i = 0; i < 500; i++) {
        double loss = 2 + Math.exp(-i / 50.0);
        feed.next(
            sample -> {
              sample.set(Signal.LOSS, loss);
              if (more) {
                sample.set(Signal.GRAD_NORM, 1).set(Signal.LEARNING_RATE, 1e-3);
              }
            });
        double probability = forecaster.forecast().probability();
        assertFalse(probability > 0.05, probability + " at sample " + i);
      }
      assertEquals(List.of(), feed.found);
    }
  }

  @Test
  void probabilityRisesAlongARamp() {
    Forecaster forecaster = new Forecaster(200, model(-3, Map.of(Symptom.LOSS_ABOVE_LOWEST, 20.0)));
    feed(forecaster, stream(1).subList(0, HEALTHY));
    double before = forecaster.forecast().probability();
    for (int k = 1; k <= 60; k++) {
      Sample sample = Sample.ofStep(HEALTHY + k, 0).set(Signal.LOSS, 2.1 * Math.exp(0.005 * k));
      feed(forecaster, List.of(sample));
      if (k % 10 == 0) {
        double now = forecaster.forecast().probability();
        assertTrue(now >= before, "from " + before + " to " + now + " at " + k);
        before = now;
      }
    }
    assertTrue(before > 0.5, "in the end " + before);
  }

  @Test
  void etaIsTheMedianOfTheHazardWithItsInterval() {
    Forecast half = forecast(200, certain(0.5));
    assertEquals(200, half.etaSteps(), 1e-6);
    for (double probability : new double[] {0.2, 0.5, 0.9, 0.999}) {
      Forecast forecast = forecast(200, certain(probability + 1e-9));
      assertTrue(forecast.low() > 0 && forecast.low() < forecast.etaSteps(), forecast::toString);
      assertTrue(forecast.etaSteps() < forecast.high(), forecast::toString);
    }
    assertEquals(Double.NaN, forecast(200, certain(0.19)).etaSteps());
    assertEquals(Double.NaN, forecast(200, certain(0.19)).high());
  }

  @Test
  void aLongerHorizonIsLikelierByTheSameHazard() {
    assertEquals(0.3, forecast(200, certain(0.3)).probability(), 1e-9);
    assertEquals(1 - 0.7 * 0.7, forecast(400, certain(0.3)).probability(), 1e-9);
    assertEquals(400, forecast(400, certain(0.3)).horizonSteps());
    assertEquals(
        forecast(200, certain(0.3)).etaSteps(), forecast(400, certain(0.3)).etaSteps(), 1e-9);
  }

  @Test
  void evidenceNamesTheHeaviestSymptomsFirst() {
    Forecaster forecaster =
        new Forecaster(
            200,
            model(
                0,
                Map.of(
                    Symptom.LOSS_ABOVE_LOWEST, 10.0,
                    Symptom.NORM_ABOVE_LOWEST, 20.0,
                    Symptom.RATE_AHEAD, 0.0)));
    List<Verdict> found = feed(forecaster, stream(1));
    Verdict last = found.get(found.size() - 1);
    assertEquals(
        List.of("norm_above_lowest", "loss_above_lowest"), List.copyOf(last.evidence().keySet()));
    assertTrue(last.message().contains(Symptom.NORM_ABOVE_LOWEST.meaning()), last.message());
  }

  @Test
  void oneReadingAboveTheThresholdIsNoise() {
    Forecaster forecaster = new Forecaster(200, model(-3, Map.of(Symptom.RATE_JUMP, 10.0)));
    List<Verdict> found = new ArrayList<>();
    for (int step = 1; step <= 100; step++) {
      Sample sample = Sample.ofStep(step, 0).set(Signal.LOSS, 2).set(Signal.GRAD_NORM, 1);
      double rate =
          step < 50 ? 1e-3 : step < 80 ? 1e-2 : 1e-2 * Math.pow(2, Math.min(8, step - 79));
      forecaster.update(sample.set(Signal.LEARNING_RATE, rate), found::add);
    }
    assertEquals(3, found.size(), found::toString); // the last three of the second rise's eight
  }

  @Test
  void nothingIsCriticalInTheFirstTwentySteps() {
    DetectorBank bank = new DetectorBank(List.of(new Forecaster(200, certain(0.99))));
    List<Verdict> found = new ArrayList<>();
    for (Sample sample : stream(1).subList(0, 20)) {
      bank.update(sample, found::add);
    }
    assertFalse(found.isEmpty());
    assertTrue(found.stream().allMatch(v -> v.severity() == Severity.WARNING));
    stream(1).subList(20, 25).forEach(sample -> bank.update(sample, found::add));
    assertEquals(Severity.CRITICAL, found.get(found.size() - 1).severity());
  }

  private Forecast forecast(int horizonSteps, DivergenceModel model) {
    Forecaster forecaster = new Forecaster(horizonSteps, model);
    feed(forecaster, stream(1).subList(0, 30));
    return forecaster.forecast();
  }

  /** A model with the same forecast for every scope. */
  private static DivergenceModel certain(double probability) {
    return model(Math.log(probability / (1 - probability)), Map.of());
  }

  /** Warning from 0.4, critical from 0.8, the same for every scope. */
  private static DivergenceModel model(double intercept, Map<Symptom, Double> bySymptom) {
    double[] weights = new double[Symptom.COUNT];
    bySymptom.forEach((symptom, weight) -> weights[symptom.ordinal()] = weight);
    Map<Scope, Weights> all = new HashMap<>();
    for (Scope scope : Scope.all()) {
      all.put(scope, new Weights(intercept, weights, 0.4, 0.8));
    }
    return new DivergenceModel(all);
  }
}
