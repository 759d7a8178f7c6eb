// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An incident as it was told: from its first alarm to its last.
 *
 * @param severity the worst it reached
 * @param message of its first critical alarm or, without one, of its first
 */
record Warning(
    String incident,
    String kind,
    Severity severity,
    int segment,
    Steps steps,
    Where where,
    Expected expected,
    String message) {

  /**
   * When it was.
   *
   * @param opened step of its first alarm
   * @param critical step of its first critical alarm; empty when it had none
   * @param closed step of its closing alarm; empty when it stayed open to the end
   */
  record Steps(long opened, OptionalLong critical, OptionalLong closed) {}

  /**
   * What it is about.
   *
   * @param signal null when none
   * @param layer null when none
   */
  record Where(String signal, String layer) {}

  /**
   * What it expected when it opened.
   *
   * @param etaSteps steps to go; NaN when it did not say
   * @param probability of divergence; NaN when it did not say
   */
  record Expected(double etaSteps, double probability) {}

  /** Alarms put together by incident, in the order in which they opened. */
  static List<Warning> of(List<RaisedAlarm> alarms) {
    Map<String, List<RaisedAlarm>> incidents = new LinkedHashMap<>();
    alarms.forEach(
        alarm -> incidents.computeIfAbsent(alarm.incident(), name -> new ArrayList<>()).add(alarm));
    List<Warning> warnings = new ArrayList<>();
    incidents.forEach((incident, of) -> warnings.add(of(incident, of)));
    return warnings;
  }

  /** Whether it stood open at some step of {@code from} to {@code to}. */
  boolean open(long from, long to) {
    return steps.opened <= to && steps.closed.orElse(Long.MAX_VALUE) >= from;
  }

  /** Whether it is about the training; one about a command that nobody fetches is not. */
  boolean foretells() {
    return !kind.equals(AlarmKind.COMMAND_UNANSWERED.wireName());
  }

  private static Warning of(String incident, List<RaisedAlarm> alarms) {
    RaisedAlarm first = alarms.get(0);
    RaisedAlarm critical = null;
    RaisedAlarm last = null;
    Severity worst = Severity.INFO;
    for (RaisedAlarm alarm : alarms) {
      Severity severity = alarm.severity();
      worst = severity.compareTo(worst) > 0 ? severity : worst;
      boolean closing = alarm.state() == Alarm.State.CLOSED;
      critical = critical == null && severity == Severity.CRITICAL && !closing ? alarm : critical;
      last = closing ? alarm : last;
    }
    RaisedAlarm telling = critical == null ? first : critical;
    return new Warning(
        incident,
        first.kind(),
        worst,
        first.segment(),
        new Steps(
            first.step(),
            critical == null ? OptionalLong.empty() : OptionalLong.of(critical.step()),
            last == null ? OptionalLong.empty() : OptionalLong.of(last.step())),
        new Where(telling.text("signal"), telling.text("layer")),
        new Expected(first.number("eta_steps"), first.number("probability")),
        telling.json().path("message").asText());
  }
}
