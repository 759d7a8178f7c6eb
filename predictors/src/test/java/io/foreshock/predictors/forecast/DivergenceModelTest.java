// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DivergenceModelTest {
  @Test
  void readsWhatItWrites() {
    Map<Scope, Weights> weights = new EnumMap<>(Scope.class);
    for (Scope scope : Scope.values()) {
      double[] bySymptom = new double[Symptom.COUNT];
      bySymptom[scope.ordinal()] = 1.25;
      bySymptom[Symptom.LOSS_RISE.ordinal()] = 0.0625;
      weights.put(scope, new Weights(-3.5 - scope.ordinal(), bySymptom, 0.25, 0.5));
    }
    String text = new DivergenceModel(weights).text();
    DivergenceModel read = DivergenceModel.parse("# a comment\n\n" + text.replace("\n", "\r\n"));
    assertEquals(text, read.text());
    for (Scope scope : Scope.values()) {
      assertEquals(weights.get(scope).intercept(), read.weights(scope).intercept());
      assertEquals(0.25, read.weights(scope).warning());
      assertEquals(0.5, read.weights(scope).critical());
      assertArrayEquals(weights.get(scope).bySymptom(), read.weights(scope).bySymptom());
    }
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
        "line 17: loss,warning,0.3: the term occurs twice",
        refused(valid() + "loss,warning,0.3\n"));
  }

  @Test
  void termsMustBeThereAndKnownAndNotNegative() {
    String valid = valid();
    assertEquals("loss: expected weights, found none", refused(""));
    assertEquals("layers: expected weights, found none", refused(without(valid, "layers,")));
    assertEquals("norm: expected the term critical", refused(without(valid, "norm,critical")));
    assertEquals("rate: [luck]: no such symptom", refused(valid + "rate,luck,7\n"));
    assertEquals("rate: expected weights of at least 0", refused(valid + "rate,loss_rise,-0.1\n"));
  }

  @Test
  void thresholdsAreProbabilitiesInOrder() {
    assertEquals(
        "step: warning = 0.7, critical = 0.5: expected 0 < warning ≤ critical ≤ 1",
        refused(valid().replace("step,warning,0.2500", "step,warning,0.7")));
    assertEquals(
        "step: warning = 0.25, critical = 50.0: expected 0 < warning ≤ critical ≤ 1",
        refused(valid().replace("step,critical,0.5000", "step,critical,50")));
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
  void theOneShippedCanBeReadAndUsesNoMoreThanIsTold() {
    for (Scope scope : Scope.values()) {
      Weights weights = DivergenceModel.shipped().weights(scope);
      double[] health = new double[Symptom.COUNT];
      double[] agony = new double[Symptom.COUNT];
      for (Symptom symptom : Symptom.values()) {
        health[symptom.ordinal()] = symptom.low();
        agony[symptom.ordinal()] = symptom.high();
        boolean told = symptom.scope().compareTo(scope) <= 0;
        assertTrue(told || weights.bySymptom()[symptom.ordinal()] == 0, scope + " " + symptom);
      }
      assertTrue(weights.probability(health) < weights.warning(), scope + " in health");
      assertTrue(weights.probability(agony) > weights.critical(), scope + " in agony");
    }
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

  /** A model without symptoms, of 16 lines. */
  private static String valid() {
    Map<Scope, Weights> weights = new EnumMap<>(Scope.class);
    for (Scope scope : Scope.values()) {
      weights.put(scope, new Weights(-1, new double[Symptom.COUNT], 0.25, 0.5));
    }
    return new DivergenceModel(weights).text();
  }

  private static String without(String text, String beginning) {
    return text.replaceAll("(?m)^" + beginning + ".*\n", "");
  }

  private static String refused(String text) {
    return assertThrows(IllegalArgumentException.class, () -> DivergenceModel.parse(text))
        .getMessage();
  }
}
