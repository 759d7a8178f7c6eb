// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.online.Verdict.Eta;
import io.foreshock.predictors.online.Verdict.Measured;
import io.foreshock.predictors.online.Verdict.Where;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Signal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Saves and restores alarms and verdicts, which are immutable: what comes back is a new one. */
final class Alarms {
  private Alarms() {}

  /** All of an alarm but the step at which its incident opened, which the incident saves. */
  static Alarm exchange(Alarm alarm, State state) {
    boolean known = alarm != null;
    return new Alarm(
        state.text(known ? alarm.run() : null),
        (int) state.integer(known ? alarm.segment() : 0),
        state.integer(known ? alarm.step() : 0),
        state.integer(known ? alarm.timeNanos() : 0),
        state.text(known ? alarm.incident() : null),
        known ? alarm.openedStep() : Long.MAX_VALUE,
        state.constant(Alarm.State.class, known ? alarm.state() : null),
        exchange(known ? alarm.verdict() : null, state));
  }

  static Verdict exchange(Verdict verdict, State state) {
    boolean known = verdict != null;
    return new Verdict(
        state.constant(AlarmKind.class, known ? verdict.kind() : null),
        state.constant(Severity.class, known ? verdict.severity() : null),
        exchange(known ? verdict.where() : Where.NO_SIGNAL, state),
        exchange(known ? verdict.measured() : Measured.NOTHING, state),
        exchange(known ? verdict.eta() : Eta.UNKNOWN, state),
        state.real(known ? verdict.probability() : 0),
        state.text(known ? verdict.message() : null),
        fields(known ? verdict.evidence() : Map.of(), state));
  }

  private static Where exchange(Where where, State state) {
    return new Where(
        state.constant(Signal.class, where.signal()),
        state.text(where.layer()),
        (int) state.integer(where.head()));
  }

  private static Measured exchange(Measured measured, State state) {
    return new Measured(state.real(measured.value()), state.real(measured.threshold()));
  }

  private static Eta exchange(Eta eta, State state) {
    return new Eta(state.real(eta.steps()), state.real(eta.low()), state.real(eta.high()));
  }

  /** Saves or restores named values: whole numbers, numbers, flags and texts. */
  static Map<String, Object> fields(Map<String, Object> fields, State state) {
    int count = (int) state.integer(fields.size());
    if (!state.restoring()) {
      fields.forEach((name, value) -> save(name, value, state));
      return fields;
    }
    Map<String, Object> restored = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String name = state.text(null);
      restored.put(
          name,
          switch ((int) state.integer(0)) {
            case 0 -> (Object) state.integer(0);
            case 1 -> state.real(0);
            case 2 -> state.flag(false);
            default -> state.text(null);
          });
    }
    return restored;
  }

  private static void save(String name, Object value, State state) {
    state.text(name);
    if (value instanceof Long || value instanceof Integer) {
      state.integer(0);
      state.integer(((Number) value).longValue());
    } else if (value instanceof Number number) {
      state.integer(1);
      state.real(number.doubleValue());
    } else if (value instanceof Boolean flag) {
      state.integer(2);
      state.flag(flag);
    } else {
      state.integer(3);
      state.text(String.valueOf(value));
    }
  }
}
