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
import org.jspecify.annotations.Nullable;

/**
 * An incident from its first alarm to its last.
 *
 * @param severity the worst severity it reached
 * @param message message of its first critical alarm, otherwise of its first alarm
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
   * @param signal signal that it is about; null when there is none
   * @param layer layer that it is about; null when there is none
   */
  record Where(@Nullable String signal, @Nullable String layer) {}

  /**
   * What it expected when it opened.
   *
   * @param etaSteps ETA in steps; NaN when there was none
   * @param probability probability of divergence; NaN when there was none
   */
  record Expected(double etaSteps, double probability) {}

  /** Groups alarms by incident, in the order in which the incidents opened. */
  static List<Warning> of(List<RaisedAlarm> alarms) {
    Map<String, List<RaisedAlarm>> incidents = new LinkedHashMap<>();
    alarms.forEach(
        alarm -> incidents.computeIfAbsent(alarm.incident(), name -> new ArrayList<>()).add(alarm));
    List<Warning> warnings = new ArrayList<>();
    incidents.forEach((incident, of) -> warnings.add(of(incident, of)));
    return warnings;
  }

  /** Whether it was open at some step of {@code from} to {@code to}. */
  boolean open(long from, long to) {
    return steps.opened <= to && steps.closed.orElse(Long.MAX_VALUE) >= from;
  }

  /** Whether it is about the training; an incident about an unfetched command is not. */
  boolean isAboutTraining() {
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
    RaisedAlarm shown = critical == null ? first : critical;
    return new Warning(
        incident,
        first.kind(),
        worst,
        first.segment(),
        new Steps(
            first.step(),
            critical == null ? OptionalLong.empty() : OptionalLong.of(critical.step()),
            last == null ? OptionalLong.empty() : OptionalLong.of(last.step())),
        new Where(shown.text("signal"), shown.text("layer")),
        new Expected(first.number("eta_steps"), first.number("probability")),
        shown.json().path("message").asText());
  }
}
