// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.Preflight.Verdict;
import io.foreshock.predictors.scaling.TrendSignal;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A watched run against what runs of other sizes predict for it. */
class OffTrendTest {
  private static final Band LOSS = band(TrendSignal.LOSS, 3, 1.1);
  private static final Band LOGIT = band(TrendSignal.ATTENTION_LOGIT_MAX, 10, 2);
  private static final Band GRADIENT = band(TrendSignal.GRAD_RMS, 1e-3, 2);

  private final RunWatch watch = new RunWatch("run", 200);
  private final List<Alarm> alarms = new ArrayList<>();

  @Test
  void aRunWithinItsBandsIsNoNews() {
    expect(LOSS, LOGIT, GRADIENT);
    feed(1, 100, 3.1, 15, 0.9e-3);
    assertTrue(ofForecast().isEmpty(), "" + alarms);
  }

  @Test
  void oneThatLeavesThemIsNoteworthyAndTheSignalIsNamed() {
    expect(LOSS, LOGIT, GRADIENT);
    feed(1, 60, 3, 10, 1e-3);
    feed(61, 80, 3, 60, 1e-3);
    Told first = first();
    assertEquals(Severity.INFO, first.verdict.severity());
    assertEquals("attention_logit_max", first.verdict.evidence().get("off_trend"));
    assertTrue(first.verdict.message().contains("runs of other sizes predict 10.0"), first.text());
    assertTrue(first.step > 61 && first.step < 80, first.text());
  }

  @Test
  void gradientsAreMissedWhereTheyFallNotWhereTheyRise() {
    expect(GRADIENT);
    feed(1, 60, 3, 10, 1e-1);
    assertTrue(ofForecast().isEmpty());
    feed(61, 90, 3, 10, 1e-5);
    assertEquals("grad_rms", first().verdict.evidence().get("off_trend"));
  }

  @Test
  void aBlipOutsideIsNone() {
    expect(LOSS);
    feed(1, 60, 3, 10, 1e-3);
    feed(61, 61, 4, 10, 1e-3);
    feed(62, 100, 3, 10, 1e-3);
    assertTrue(ofForecast().isEmpty());
  }

  @Test
  void aRunExpectedToDivergeHasAnAlarmBeforeTheFirstStep() {
    new Lines(watch).feed("run_config,run=run total_steps=2000i 1700000000000000000");
    watch.expect(doomed(), alarms::add);
    Alarm alarm = ofForecast().get(0);
    assertEquals(0, alarm.step());
    assertEquals(1_700_000_000_000_000_000L, alarm.timeNanos());
    assertEquals(Severity.WARNING, alarm.verdict().severity());
    assertEquals(316, alarm.verdict().eta().steps());
    assertEquals(0.93, alarm.verdict().probability());
    for (String part : List.of("18 finished runs", "7 diverged", "step 316", "0.004")) {
      assertTrue(alarm.verdict().message().contains(part), alarm.verdict().message());
    }
  }

  @Test
  void whoHasBegunIsToldWhatIsStillToCome() {
    feed(1, 90, 3, 10, 1e-3);
    watch.expect(doomed(), alarms::add);
    assertEquals(316 - 90, ofForecast().get(0).verdict().eta().steps());
  }

  @Test
  void whoIsWellUnderWayIsNot() {
    feed(1, 120, 3, 10, 1e-3);
    watch.expect(doomed(), alarms::add);
    assertTrue(ofForecast().isEmpty());
  }

  @Test
  void whatWasExpectedOutlivesARestart() {
    expect(LOSS, LOGIT, GRADIENT);
    feed(1, 60, 3, 10, 1e-3);
    State.InMemory saved = State.saving(1024);
    watch.exchange(saved);
    RunWatch again = new RunWatch("run", 200);
    again.exchange(State.restoring(saved.toByteArray()));
    assertEquals(
        watch.preflight().orElseThrow().caveats(), again.preflight().orElseThrow().caveats());
    assertEquals(10, again.preflight().orElseThrow().bands().get(1).expected(50));
    for (Sample sample : samples(61, 80, 3, 60, 1e-3)) {
      again.accept(sample, alarms::add);
    }
    assertFalse(ofForecast().isEmpty());
  }

  private record Told(io.foreshock.predictors.online.Verdict verdict, long step) {
    String text() {
      return "step " + step + ": " + verdict.message();
    }
  }

  private Told first() {
    Alarm alarm = ofForecast().get(0);
    return new Told(alarm.verdict(), alarm.step());
  }

  private List<Alarm> ofForecast() {
    return alarms.stream()
        .filter(alarm -> alarm.verdict().kind() == AlarmKind.FORECAST_DIVERGENCE)
        .toList();
  }

  private static Preflight doomed() {
    return new Preflight(
        Verdict.UNSTABLE,
        0.93,
        0.004,
        false,
        List.of(new ExpectedCrossing(TrendSignal.ATTENTION_LOGIT_MAX, 1e4, 316)),
        new Basis(20, 18, 7, 1e5, 1e6, 1e-4, 1e-1, 0.6, 0),
        List.of(LOGIT),
        List.of());
  }

  private void expect(Band... bands) {
    Basis basis = new Basis(9, 9, 2, 1e5, 1e6, 1e-4, 1e-1, 0, 0);
    watch.expect(
        new Preflight(
            Verdict.STABLE, 0.05, 0.01, false, List.of(), basis, List.of(bands), List.of("a", "b")),
        alarms::add);
  }

  private void feed(long from, long to, double loss, double logit, double gradient) {
    samples(from, to, loss, logit, gradient).forEach(s -> watch.accept(s, alarms::add));
  }

  private static List<Sample> samples(
      long from, long to, double loss, double logit, double gradient) {
    List<Sample> samples = new ArrayList<>();
    for (long step = from; step <= to; step++) {
      samples.add(Sample.ofStep(step, step).set(Signal.LOSS, loss));
      samples.add(
          Sample.ofLayer("0", Sample.NO_HEAD, step, step)
              .set(Signal.ATTENTION_LOGIT_MAX, logit)
              .set(Signal.GRAD_RMS, gradient));
    }
    return samples;
  }

  private static Band band(TrendSignal signal, double expected, double factor) {
    return new Band(
        signal,
        new long[] {10, 1000},
        new double[] {expected, expected},
        new double[] {factor, factor});
  }
}
