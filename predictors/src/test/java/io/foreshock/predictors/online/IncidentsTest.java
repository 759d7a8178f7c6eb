// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentsTest {
  private final Incidents incidents = new Incidents("a run");
  private final List<Alarm> alarms = new ArrayList<>();
  private long step;

  @Test
  void lastingTroubleIsOneIncidentThatOpensAndCloses() {
    for (int i = 0; i < 50; i++) {
      next(verdict(Severity.WARNING, 1, 100));
    }
    assertEquals(1, alarms.size());
    assertEquals("a run/0/gradient_spike/1", alarms.get(0).incident());
    for (int i = 0; i < 100; i++) {
      next(null);
    }
    assertEquals(2, alarms.size());
    assertEquals(Alarm.State.CLOSED, alarms.get(1).state());
    assertEquals(50 + 33, alarms.get(1).step());
    assertTrue(incidents.newest().isEmpty());
  }

  @Test
  void aRaisedSeverityIsToldAtOnceAndALoweredOneNot() {
    next(verdict(Severity.INFO, 1, 100));
    next(verdict(Severity.CRITICAL, 1, 100));
    next(verdict(Severity.WARNING, 1, 100));
    assertEquals(2, alarms.size());
    assertEquals(Alarm.State.UPDATE, alarms.get(1).state());
    assertEquals(alarms.get(0).incident(), alarms.get(1).incident());
  }

  @Test
  void aSecondBlowInsideAnOpenIncidentIsTold() {
    next(verdict(Severity.CRITICAL, 1, 100));
    for (int i = 0; i < 8; i++) {
      next(null);
    }
    next(verdict(Severity.CRITICAL, 1, 100));
    next(verdict(Severity.CRITICAL, 1, 100));
    assertEquals(
        List.of(Alarm.State.OPEN, Alarm.State.UPDATE), alarms.stream().map(Alarm::state).toList());
  }

  @Test
  void aBlowThatPausesForAMomentIsTheSame() {
    for (int i = 0; i < 8; i++) {
      next(verdict(Severity.CRITICAL, 1, 100));
      next(null);
      next(null);
    }
    assertEquals(1, alarms.size());
  }

  @Test
  void aWarningAfterAQuietWhileIsNoBlow() {
    next(verdict(Severity.CRITICAL, 1, 100));
    for (int i = 0; i < 8; i++) {
      next(null);
    }
    next(verdict(Severity.WARNING, 1, 100));
    assertEquals(1, alarms.size());
  }

  @Test
  void anEtaThatHalvesIsToldSparsely() {
    for (int i = 0; i < 40; i++) {
      next(verdict(Severity.WARNING, 1, 1000 * Math.pow(0.5, i)));
    }
    assertEquals(4, alarms.size());
  }

  @Test
  void anEtaThatIsKnownForTheFirstTimeIsTold() {
    next(verdict(Severity.WARNING, 1, Double.NaN));
    for (int i = 0; i < 20; i++) {
      next(verdict(Severity.WARNING, 1, 100));
    }
    assertEquals(2, alarms.size());
    assertEquals(100, alarms.get(1).verdict().eta().steps());
  }

  @Test
  void aClosingAlarmTellsTheWorst() {
    next(verdict(Severity.CRITICAL, 7, 10));
    next(verdict(Severity.INFO, 1, 10));
    incidents.closeAll(step, 0, alarms::add);
    assertEquals(Severity.CRITICAL, alarms.get(1).verdict().severity());
    assertEquals(7, alarms.get(1).verdict().measured().value());
  }

  @Test
  void layersThatJoinInAreTheSameIncidentAndTheFirstKeepsItsName() {
    next(verdict("3", Severity.WARNING));
    for (int i = 0; i < 20; i++) {
      next(verdict("4", Severity.WARNING));
      incidents.add(verdict("3", Severity.WARNING), 0, step, step, alarms::add);
    }
    next(verdict("4", Severity.CRITICAL));
    incidents.closeAll(step, 0, alarms::add);
    assertEquals(3, alarms.size(), "no alarm a step, none a layer");
    assertEquals("3", alarms.get(0).verdict().where().layer());
    assertEquals(null, alarms.get(0).verdict().evidence().get("first_layer"));
    assertEquals("4", alarms.get(1).verdict().where().layer());
    assertEquals("3", alarms.get(1).verdict().evidence().get("first_layer"));
    assertEquals("3", alarms.get(2).verdict().evidence().get("first_layer"));
  }

  @Test
  void kindsAreIncidentsOfTheirOwn() {
    next(verdict(Severity.WARNING, 1, 100));
    new Finding(AlarmKind.LOSS_SPIKE, Severity.WARNING, Signal.LOSS)
        .emit(v -> incidents.add(v, 0, step, step, alarms::add), "message");
    assertEquals(2, incidents.newest().size());
    incidents.close(AlarmKind.LOSS_SPIKE, step, step, alarms::add);
    assertEquals(AlarmKind.GRADIENT_SPIKE, incidents.newest().get(0).verdict().kind());
  }

  @Test
  void aSilenceShorterThanTheCalmIsTheSameIncident() {
    next(verdict(Severity.WARNING, 1, 100));
    for (int i = 0; i < 31; i++) {
      next(null);
    }
    next(verdict(Severity.WARNING, 1, 100));
    assertEquals(1, alarms.size());
    for (int i = 0; i < 33; i++) {
      next(null);
    }
    next(verdict(Severity.WARNING, 1, 100));
    assertEquals(3, alarms.size());
    assertNotEquals(alarms.get(0).incident(), alarms.get(2).incident());
  }

  @Test
  void anIncidentGoesOnAfterSaveAndRestore() {
    next(verdict("3", Severity.WARNING));
    State.InMemory saved = State.saving(256);
    incidents.exchange(saved);
    Incidents restored = new Incidents("a run");
    restored.exchange(State.restoring(saved.toByteArray()));
    assertEquals(incidents.newest(), restored.newest());
    restored.add(verdict("4", Severity.CRITICAL), 0, 2, 2, alarms::add);
    assertEquals(Alarm.State.UPDATE, alarms.get(1).state());
    assertEquals(alarms.get(0).incident(), alarms.get(1).incident());
    assertEquals("3", alarms.get(1).verdict().evidence().get("first_layer"));
  }

  @Test
  void everyAlarmOfAnIncidentHasItsOpeningStep() {
    next(null);
    next(verdict("3", Severity.WARNING));
    next(verdict("4", Severity.CRITICAL));
    incidents.closeAll(7, 9, alarms::add);
    assertEquals(List.of(2L, 2L, 2L), alarms.stream().map(Alarm::openedStep).toList());
  }

  @Test
  void anAlarmOfAnEarlierStepThanItsIncidentsOpeningOneOpenedNoLater() {
    next(null);
    next(verdict("3", Severity.WARNING));
    incidents.add(verdict("4", Severity.CRITICAL), 0, 1, 9, alarms::add);
    assertEquals(1, alarms.get(1).step(), "a layer whose lines come late");
    assertEquals(1, alarms.get(1).openedStep());
    incidents.closeAll(3, 9, alarms::add);
    assertEquals(2, alarms.get(2).openedStep());
  }

  private void next(Verdict verdict) {
    incidents.nextStep(++step, step, alarms::add);
    if (verdict != null) {
      incidents.add(verdict, 0, step, step, alarms::add);
    }
  }

  private static Verdict verdict(String layer, Severity severity) {
    List<Verdict> made = new ArrayList<>();
    new Finding(AlarmKind.ATTENTION_LOGIT_GROWTH, severity, Signal.ATTENTION_LOGIT_MAX)
        .at(Sample.ofLayer(layer, Sample.NO_HEAD, 1, 1))
        .value(1, 1)
        .emit(made::add, "message");
    return made.get(0);
  }

  private static Verdict verdict(Severity severity, double value, double eta) {
    List<Verdict> made = new ArrayList<>();
    new Finding(AlarmKind.GRADIENT_SPIKE, severity, Signal.GRAD_NORM)
        .at(Sample.ofStep(1, 1))
        .value(value, 1)
        .eta(eta, eta, eta)
        .emit(made::add, "message");
    return made.get(0);
  }
}
