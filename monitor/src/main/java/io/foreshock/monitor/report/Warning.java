// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param opened step of its first alarm
 * @param critical step of its first critical alarm; empty when it had none
 * @param closed step of its closing alarm; empty when it stood open to the end
 * @param signal that it is about; null when none
 * @param layer null when none
 * @param etaSteps steps to go that it foretold when it opened; NaN when none
 * @param probability of divergence that it gave then; NaN when none
 * @param message of its first critical alarm or, without one, of its first
 */
record Warning(
    String incident,
    String kind,
    Severity severity,
    int segment,
    long opened,
    OptionalLong critical,
    OptionalLong closed,
    String signal,
    String layer,
    double etaSteps,
    double probability,
    String message) {

  /** Alarms put together by incident, in the order in which they opened. */
  static List<Warning> of(List<JsonNode> alarms) {
    Map<String, List<JsonNode>> incidents = new LinkedHashMap<>();
    alarms.forEach(
        alarm ->
            incidents
                .computeIfAbsent(alarm.path("incident").asText(), name -> new ArrayList<>())
                .add(alarm));
    List<Warning> warnings = new ArrayList<>();
    incidents.forEach((incident, of) -> warnings.add(of(incident, of)));
    return warnings;
  }

  /** Whether it stood open at some step of {@code from} to {@code to}. */
  boolean open(long from, long to) {
    return opened <= to && closed.orElse(Long.MAX_VALUE) >= from;
  }

  /** Whether it is about the training; one about a command that nobody fetches is not. */
  boolean foretells() {
    return !kind.equals(AlarmKind.COMMAND_UNANSWERED.wireName());
  }

  private static Warning of(String incident, List<JsonNode> alarms) {
    JsonNode first = alarms.get(0);
    JsonNode critical = null;
    JsonNode last = null;
    Severity worst = Severity.INFO;
    for (JsonNode alarm : alarms) {
      Severity severity = severity(alarm);
      worst = severity.compareTo(worst) > 0 ? severity : worst;
      boolean closing = alarm.path("state").asText().equals("closed");
      critical = critical == null && severity == Severity.CRITICAL && !closing ? alarm : critical;
      last = closing ? alarm : last;
    }
    JsonNode telling = critical == null ? first : critical;
    return new Warning(
        incident,
        first.path("kind").asText(),
        worst,
        first.path("segment").asInt(),
        first.path("step").asLong(),
        critical == null ? OptionalLong.empty() : OptionalLong.of(critical.path("step").asLong()),
        last == null ? OptionalLong.empty() : OptionalLong.of(last.path("step").asLong()),
        telling.path("signal").isNull() ? null : telling.path("signal").asText(),
        telling.path("layer").isNull() ? null : telling.path("layer").asText(),
        first.path("eta_steps").asDouble(Double.NaN),
        first.path("probability").asDouble(Double.NaN),
        telling.path("message").asText());
  }

  private static Severity severity(JsonNode alarm) {
    for (Severity severity : Severity.values()) {
      if (severity.wireName().equals(alarm.path("severity").asText())) {
        return severity;
      }
    }
    return Severity.INFO;
  }
}
