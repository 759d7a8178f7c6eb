// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymptomsTest {
  private final Symptoms symptoms = new Symptoms();

  private static List<Scope> scopes() {
    return Scope.all();
  }

  @ParameterizedTest
  @MethodSource("scopes")
  void scopeIsWhatWasSentInTwelveSamples(Scope scope) {
    for (int step = 1; step <= 11; step++) {
      feed(step, scope);
    }
    assertNull(symptoms.scope());
    feed(12, scope);
    assertEquals(scope, symptoms.scope());
  }

  @ParameterizedTest
  @EnumSource(names = {"UPDATE_RMS", "LOGIT_MAX", "LOG_Z_SQUARE_MEAN"})
  void anySignalOfAGroupWillDo(Signal signal) {
    for (int step = 1; step <= 12; step++) {
      symptoms.accept(Sample.ofStep(step, 0).set(Signal.LOSS, 3).set(signal, 9));
    }
    assertEquals(Scope.of(SignalGroup.STEP), symptoms.scope());
  }

  @Test
  void aLossBelowZeroHasNoSymptoms() {
    for (int step = 1; step <= 40; step++) {
      feed(step, Scope.of());
    }
    symptoms.accept(Sample.ofStep(41, 0).set(Signal.LOSS, -0.2));
    feed(42, Scope.of());
    assertNull(symptoms.scope());
  }

  @Test
  void oneLossOfExactlyZeroEndsNoForecast() {
    for (int step = 1; step <= 80; step++) {
      symptoms.accept(Sample.ofStep(step, 0).set(Signal.LOSS, step == 41 ? 0 : 3));
    }
    assertEquals(Scope.of(), symptoms.scope());
    assertEquals(0, value(Symptom.LOSS_RISE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy", "adversarial"})
  void anObjectiveThatIsNoLikelihoodHasNoSymptoms(String objective) {
    symptoms.configure(new RunConfig(Map.of("objective", objective)));
    for (int step = 1; step <= 40; step++) {
      feed(step, Scope.of());
    }
    assertNull(symptoms.scope());
  }

  @Test
  void lossesNearZeroAreAllTheSame() {
    for (int step = 1; step <= 400; step++) {
      double byHeart = step % 2 == 0 ? 0.001 : 0.05;
      symptoms.accept(Sample.ofStep(step, 0).set(Signal.LOSS, step <= 50 ? 4 : byHeart));
    }
    assertEquals(0, value(Symptom.LOSS_ABOVE_LOWEST));
  }

  @Test
  void whatIsMissingReadsAsHealth() {
    Random random = new Random(1);
    steps(1, 100, 1, Signal.LOSS, step -> 3 + random.nextDouble());
    for (Symptom symptom : Symptom.values()) {
      if (symptom.group() != null) {
        assertTrue(value(symptom) <= Math.max(0, symptom.low()), symptom + " " + value(symptom));
      }
    }
  }

  @Test
  void valuesStayWithinTheirBounds() {
    Random random = new Random(2);
    for (int step = 1; step <= 200; step++) {
      Sample sample = Sample.ofStep(step, 0);
      Sample layer = layer("0", step);
      for (Signal signal : Signal.values()) {
        if (signal.measurement() == Measurement.EVALUATION) {
          continue;
        }
        Sample of = signal.measurement() == sample.measurement() ? sample : layer;
        of.set(signal, Math.exp(40 * random.nextGaussian()) * (random.nextInt(5) - 1));
      }
      symptoms.accept(layer);
      symptoms.accept(sample);
      double[] values = values();
      for (Symptom symptom : Symptom.values()) {
        double value = values[symptom.ordinal()];
        assertTrue(value >= symptom.low() && value <= symptom.high(), symptom + " " + value);
      }
    }
  }

  @Test
  void rateJumpIsThatOfTheNewestStep() {
    rate(1, 50, 1, step -> step < 50 ? 1e-3 : 1e-2);
    assertEquals(Math.log(10), value(Symptom.RATE_JUMP), 1e-9);
    rate(51, 51, 1, step -> 1e-2);
    assertEquals(0, value(Symptom.RATE_JUMP), 1e-9);
    rate(52, 52, 1, step -> 1e-3);
    assertEquals(0, value(Symptom.RATE_JUMP), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void rateAheadGoesOnInAStraightLine(int spacing) {
    rate(spacing, 100, spacing, step -> 1e-5 * step);
    assertEquals(Math.log(3), value(Symptom.RATE_AHEAD), 1e-9);
    rate(100 + spacing, 200, spacing, step -> 1e-3);
    assertEquals(0, value(Symptom.RATE_AHEAD), 1e-9);
  }

  @Test
  void rateSinceLowestIsItsGrowthSinceTheLossWasBest() {
    for (int step = 1; step <= 300; step++) {
      symptoms.accept(
          Sample.ofStep(step, 0)
              .set(Signal.LOSS, step <= 200 ? 5 - 0.01 * step : 3 + 0.01 * (step - 200))
              .set(Signal.LEARNING_RATE, step <= 220 ? 1e-3 : 4e-3));
    }
    assertEquals(Math.log(4), value(Symptom.RATE_SINCE_LOWEST), 1e-9);
  }

  @Test
  void announcedWarmUpTellsTheRateToCome() {
    symptoms.configure(new RunConfig(Map.of("learning_rate", 1e-2, "warmup_steps", 200L)));
    rate(1, 100, 1, step -> 5e-5 * step);
    assertEquals(Math.log(2), value(Symptom.RATE_TO_PEAK), 1e-9);
    rate(101, 250, 1, step -> 1e-3);
    assertEquals(0, value(Symptom.RATE_TO_PEAK), 1e-9);
  }

  @Test
  void ratesAreMeasuredByTheUsualOne() {
    Map<String, Object> announced = Map.of("learning_rate", 1e-2, "width", 500L);
    symptoms.configure(new RunConfig(announced));
    rate(1, 20, 1, step -> 5e-3);
    assertEquals(Math.log(5), value(Symptom.RATE_OVER_USUAL), 1e-9);
    assertEquals(Math.log(10), value(Symptom.PEAK_OVER_USUAL), 1e-9);
  }

  @Test
  void ofLayersTheWorstCounts() {
    rate(1, 1, 1, step -> 1e-3);
    for (int step = 1; step <= 300; step++) {
      double growth = Math.exp(0.01 * step);
      symptoms.accept(block("0", step, 10, 1, 0.1));
      symptoms.accept(block("1", step, 20 * growth, 1 / growth, 0.4));
      symptoms.accept(block("2", step, 30, 1, 0.2));
      symptoms.accept(
          layer("embedding", step).set(Signal.LAYER_UPDATE_RMS, 9).set(Signal.PARAM_RMS, 0.1));
    }
    // eight samples behind, as Drift is
    assertEquals(Math.log(20) + 2.92, value(Symptom.ATTENTION_LEVEL), 0.01);
    assertEquals(Math.log(20) + 4.92, value(Symptom.ATTENTION_AHEAD), 0.1);
    // the lag behind a trend counts as noise, which is subtracted
    assertEquals(0.01 * 63, value(Symptom.ATTENTION_RISE), 0.1);
    assertEquals(2.92, value(Symptom.ENTROPY_LOW), 0.01);
    assertEquals(0.01 * 63, value(Symptom.ENTROPY_FALL), 0.1);
    assertEquals(Math.log(1e-3 * 0.4 / 0.1), value(Symptom.RELATIVE_UPDATE), 1e-6);
    assertEquals("1", symptoms.layer(Symptom.ATTENTION_RISE));
    assertNull(symptoms.layer(Symptom.GRAD_RISE), "no gradient was told");
    assertNull(symptoms.layer(Symptom.RATE_JUMP), "of no layer");
  }

  @Test
  void linesOfSingleHeadsAreLeftToOthers() {
    for (int step = 1; step <= 50; step++) {
      symptoms.accept(Sample.ofLayer("0", 3, step, 0).set(Signal.ATTENTION_LOGIT_MAX, 5000));
      symptoms.accept(layer("0", step).set(Signal.ATTENTION_LOGIT_MAX, Math.exp(3)));
    }
    assertEquals(3, value(Symptom.ATTENTION_LEVEL), 1e-9);
  }

  @Test
  void continuesAfterSaveAndRestore() {
    for (int cut = 0; cut <= 120; cut += 15) {
      Symptoms first = new Symptoms();
      feedAll(first, 1, cut);
      State.InMemory state = State.saving(4096);
      first.exchange(state);
      Symptoms second = new Symptoms();
      feedAll(second, 1, 40);
      second.exchange(State.restoring(state.toByteArray()));
      feedAll(first, cut + 1, 130);
      feedAll(second, cut + 1, 130);
      assertArrayEquals(values(first), values(second), "cut after " + cut);
      assertEquals(Scope.full(), second.scope());
    }
  }

  /** All signals, from pure functions of the step. */
  private static void feedAll(Symptoms symptoms, int from, int to) {
    for (int step = from; step <= to; step++) {
      Random random = new Random(step);
      for (String name : new String[] {"embedding", "0", "1"}) {
        symptoms.accept(
            block(
                name,
                step,
                10 + random.nextDouble(),
                1 + random.nextDouble(),
                random.nextDouble()));
      }
      Sample sample = Sample.ofStep(step, 0);
      for (Signal signal : Signal.values()) {
        if (signal.measurement() == sample.measurement()) {
          sample.set(signal, 1 + random.nextDouble());
        }
      }
      symptoms.accept(sample);
    }
  }

  private void feed(int step, Scope scope) {
    if (scope.includes(SignalGroup.LAYERS)) {
      symptoms.accept(layer("0", step).set(Signal.ATTENTION_LOGIT_MAX, 9));
    }
    Sample sample = Sample.ofStep(step, 0).set(Signal.LOSS, 3);
    if (scope.includes(SignalGroup.NORM)) {
      sample.set(Signal.GRAD_NORM, 1);
    }
    if (scope.includes(SignalGroup.RATE)) {
      sample.set(Signal.LEARNING_RATE, 1e-3);
    }
    if (scope.includes(SignalGroup.STEP)) {
      sample.set(Signal.UPDATE_RMS, 0.2).set(Signal.LOGIT_MAX, 9);
    }
    symptoms.accept(sample);
  }

  private void rate(long from, long to, int every, LongToDoubleFunction rate) {
    steps(from, to, every, Signal.LEARNING_RATE, rate);
  }

  private void steps(long from, long to, int every, Signal signal, LongToDoubleFunction value) {
    for (long step = from; step <= to; step += every) {
      symptoms.accept(Sample.ofStep(step, 0).set(signal, value.applyAsDouble(step)));
    }
  }

  private static Sample block(String name, int step, double logit, double entropy, double update) {
    return layer(name, step)
        .set(Signal.ATTENTION_LOGIT_MAX, logit)
        .set(Signal.ATTENTION_ENTROPY, entropy)
        .set(Signal.LAYER_UPDATE_RMS, update)
        .set(Signal.PARAM_RMS, 0.1);
  }

  private static Sample layer(String name, long step) {
    return Sample.ofLayer(name, Sample.NO_HEAD, step, 0);
  }

  private double value(Symptom symptom) {
    return values()[symptom.ordinal()];
  }

  private double[] values() {
    return values(symptoms);
  }

  private static double[] values(Symptoms of) {
    double[] values = new double[Symptom.COUNT];
    of.read(values);
    return values;
  }
}
