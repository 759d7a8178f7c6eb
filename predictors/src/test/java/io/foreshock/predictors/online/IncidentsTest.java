// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void anEtaThatHalvesIsToldSparsely() {
    for (int i = 0; i < 40; i++) {
      next(verdict(Severity.WARNING, 1, 1000 * Math.pow(0.5, i)));
    }
    assertEquals(4, alarms.size());
  }

  @Test
  void aClosingAlarmTellsTheWorst() {
    next(verdict(Severity.CRITICAL, 7, 10));
    next(verdict(Severity.INFO, 1, 10));
    incidents.closeAll(step, 0, alarms::add);
    assertEquals(Severity.CRITICAL, alarms.get(1).verdict().severity());
    assertEquals(7, alarms.get(1).verdict().value());
  }

  private void next(Verdict verdict) {
    incidents.nextStep(++step, step, alarms::add);
    if (verdict != null) {
      incidents.take(verdict, 0, step, step, alarms::add);
    }
  }

  private static Verdict verdict(Severity severity, double value, double eta) {
    List<Verdict> made = new ArrayList<>();
    new Finding(AlarmKind.GRADIENT_SPIKE, severity, Signal.GRAD_NORM)
        .at(Sample.ofStep(1, 1))
        .value(value, 1)
        .eta(eta, eta, eta)
        .tell(made::add, "message");
    return made.get(0);
  }
}
