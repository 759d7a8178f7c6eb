// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.online.Verdict.Eta;
import io.foreshock.predictors.online.Verdict.Measured;
import io.foreshock.predictors.online.Verdict.Where;
import io.foreshock.predictors.stats.State;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Saves and restores alarms and verdicts. They are immutable, so each call returns a new one. */
final class Alarms {
  private Alarms() {}

  /** Saves or restores an alarm, except for the opening step, which the incident saves. */
  static Alarm exchange(@Nullable Alarm alarm, State state) {
    return new Alarm(
        state.requiredText(alarm == null ? null : alarm.run()),
        (int) state.integer(alarm == null ? 0 : alarm.segment()),
        state.integer(alarm == null ? 0 : alarm.step()),
        state.integer(alarm == null ? 0 : alarm.timeNanos()),
        state.requiredText(alarm == null ? null : alarm.incident()),
        alarm == null ? Long.MAX_VALUE : alarm.openedStep(),
        state.requiredConstant(Alarm.State.class, alarm == null ? null : alarm.state()),
        exchange(alarm == null ? null : alarm.verdict(), state));
  }

  static Verdict exchange(@Nullable Verdict verdict, State state) {
    return new Verdict(
        state.requiredConstant(AlarmKind.class, verdict == null ? null : verdict.kind()),
        state.requiredConstant(Severity.class, verdict == null ? null : verdict.severity()),
        exchange(verdict == null ? Where.NO_SIGNAL : verdict.where(), state),
        exchange(verdict == null ? Measured.NOTHING : verdict.measured(), state),
        exchange(verdict == null ? Eta.UNKNOWN : verdict.eta(), state),
        state.real(verdict == null ? 0 : verdict.probability()),
        state.requiredText(verdict == null ? null : verdict.message()),
        fields(verdict == null ? Map.of() : verdict.evidence(), state),
        state.text(verdict == null ? null : verdict.rule()));
  }

  private static Where exchange(Where where, State state) {
    return new Where(
        state.text(where.signal()), state.text(where.layer()), (int) state.integer(where.head()));
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
      String name = state.requiredText(null);
      restored.put(
          name,
          switch ((int) state.integer(0)) {
            case 0 -> (Object) state.integer(0);
            case 1 -> state.real(0);
            case 2 -> state.flag(false);
            default -> state.requiredText(null);
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
