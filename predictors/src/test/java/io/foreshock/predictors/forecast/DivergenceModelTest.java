// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DivergenceModelTest {
  private static final Scope NORM = Scope.of(SignalGroup.NORM);
  private static final Scope RATE = Scope.of(SignalGroup.RATE);

  @Test
  void readsWhatItWrites() {
    Map<Scope, Weights> weights = new HashMap<>();
    for (Scope scope : Scope.all()) {
      double[] bySymptom = new double[Symptom.COUNT];
      bySymptom[scope.number()] = 1.25;
      bySymptom[Symptom.LOSS_RISE.ordinal()] = 0.0625;
      weights.put(scope, new Weights(-3.5 - scope.number(), bySymptom, 0.25, 0.5));
    }
    String text = new DivergenceModel(weights).text();
    DivergenceModel read = DivergenceModel.parse("# a comment\n\n" + text.replace("\n", "\r\n"));
    assertEquals(text, read.text());
    for (Scope scope : Scope.all()) {
      assertEquals(weights.get(scope).intercept(), read.weights(scope).intercept());
      assertEquals(0.25, read.weights(scope).warning());
      assertEquals(0.5, read.weights(scope).critical());
      assertArrayEquals(weights.get(scope).bySymptom(), read.weights(scope).bySymptom());
    }
  }

  @Test
  void aScopeWithoutWeightsStaysWithoutThem() {
    Weights some = new Weights(-1, new double[Symptom.COUNT], 0.25, 0.5);
    DivergenceModel read = DivergenceModel.parse(new DivergenceModel(Map.of(NORM, some)).text());
    assertEquals(-1, read.weights(NORM).intercept());
    assertNull(read.weights(RATE));
    assertNull(read.weights(Scope.full()));
  }

  @Test
  void aBadLineIsNamed() {
    for (String bad :
        new String[] {
          "loss",
          "loss,warning",
          "loss,warning,",
          "loss,loss_rise,high",
          "lost,warning,0.5",
          "loss+rate+norm,warning,0.5",
          "loss,loss_rise,NaN",
          "loss,loss_rise,Infinity",
          "loss,loss_rise,1,5"
        }) {
      assertEquals(
          "line 3: " + bad + ": expected scope,term,value", refused("scope,term,value\n\n" + bad));
    }
  }

  @Test
  void aTermThatComesTwiceIsNamed() {
    assertEquals(
        "line 8: loss,warning,0.3: the term occurs twice", refused(valid() + "loss,warning,0.3\n"));
  }

  @Test
  void termsMustBeThereAndKnownAndNotNegative() {
    String valid = valid();
    assertEquals(
        "loss+norm: expected the term critical", refused(without(valid, "loss.norm,critical")));
    assertEquals("loss+norm: [luck]: no such symptom", refused(valid + "loss+norm,luck,7\n"));
    assertEquals(
        "loss+norm: expected weights of at least 0", refused(valid + "loss+norm,loss_rise,-0.1\n"));
  }

  @Test
  void thresholdsAreProbabilitiesInOrder() {
    assertEquals(
        "loss+norm: warning = 0.7, critical = 0.5: expected 0 < warning ≤ critical ≤ 1",
        refused(valid().replace("norm,warning,0.2500", "norm,warning,0.7")));
    assertEquals(
        "loss+norm: warning = 0.25, critical = 50.0: expected 0 < warning ≤ critical ≤ 1",
        refused(valid().replace("norm,critical,0.5000", "norm,critical,50")));
  }

  @Test
  void aProbabilityForAnotherHorizonIsThatOfTheSameHazard() {
    assertEquals(0.3, DivergenceModel.within(0.3, DivergenceModel.FITTED_HORIZON), 1e-12);
    assertEquals(
        1 - 0.7 * 0.7, DivergenceModel.within(0.3, 2 * DivergenceModel.FITTED_HORIZON), 1e-12);
    assertEquals(0.2, DivergenceModel.within(0.36, DivergenceModel.FITTED_HORIZON / 2), 1e-12);
    assertEquals(0, DivergenceModel.within(0, 1000));
    assertEquals(1, DivergenceModel.within(1, 1));
    assertEquals(Double.NaN, DivergenceModel.within(Double.NaN, 200));
  }

  @Test
  void theOneShippedUsesNoMoreThanIsSent() {
    for (Scope scope : Scope.all()) {
      Weights weights = DivergenceModel.shipped().weights(scope);
      if (weights == null) {
        continue;
      }
      double[] health = new double[Symptom.COUNT];
      double[] agony = new double[Symptom.COUNT];
      for (Symptom symptom : Symptom.values()) {
        health[symptom.ordinal()] = symptom.low();
        agony[symptom.ordinal()] = symptom.high();
        boolean sent = scope.includes(symptom.group());
        assertTrue(sent || weights.bySymptom()[symptom.ordinal()] == 0, scope + " " + symptom);
      }
      assertTrue(weights.probability(health) < weights.warning(), scope + " in health");
      assertTrue(weights.probability(agony) > weights.critical(), scope + " in agony");
    }
  }

  @Test
  void theOneShippedForeseesMostFromEverything() {
    assertNotNull(DivergenceModel.shipped().weights(Scope.full()));
  }

  @Test
  void aSymptomContributesWhatItAddsBeyondHealth() {
    double[] bySymptom = new double[Symptom.COUNT];
    bySymptom[Symptom.NORM_NOISE.ordinal()] = 2;
    Weights weights = new Weights(0, bySymptom, 0.2, 0.4);
    double[] values = new double[Symptom.COUNT];
    values[Symptom.NORM_NOISE.ordinal()] = -1;
    assertEquals(6, weights.contribution(Symptom.NORM_NOISE, values), 1e-12);
    assertEquals(0, weights.contribution(Symptom.LOSS_RISE, values), 1e-12);
    assertEquals(1 / (1 + Math.exp(2)), weights.probability(values), 1e-12);
  }

  /** A model without symptoms for two scopes, of 7 lines. */
  private static String valid() {
    Weights weights = new Weights(-1, new double[Symptom.COUNT], 0.25, 0.5);
    return new DivergenceModel(Map.of(Scope.of(), weights, NORM, weights)).text();
  }

  private static String without(String text, String beginning) {
    return text.replaceAll("(?m)^" + beginning + ".*\n", "");
  }

  private static String refused(String text) {
    return assertThrows(IllegalArgumentException.class, () -> DivergenceModel.parse(text))
        .getMessage();
  }
}
