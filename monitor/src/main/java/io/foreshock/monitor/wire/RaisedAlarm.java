// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An alarm with its JSON object, which is made once when the alarm is raised. Journal, stores,
 * notifiers, policy and live streams all receive this object.
 *
 * <p><b>Edges.</b> The kind is a text, because an alarm that is read back may be of a kind that
 * this version does not know. Such an alarm is stored and shown like any other.
 *
 * <p><b>Threads.</b> Immutable as long as nobody changes the JSON object, which is shared.
 *
 * @param timeNanos time of the line that raised it, since the epoch
 * @param kind its name in JSON
 * @param json the contract's object, section 4
 */
public record RaisedAlarm(
    String run,
    int segment,
    long step,
    long timeNanos,
    String incident,
    Alarm.State state,
    Severity severity,
    String kind,
    ObjectNode json) {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** An alarm that was just raised. */
  public static RaisedAlarm of(Alarm alarm) {
    return new RaisedAlarm(
        alarm.run(),
        alarm.segment(),
        alarm.step(),
        alarm.timeNanos(),
        alarm.incident(),
        alarm.state(),
        alarm.verdict().severity(),
        alarm.verdict().kindName(),
        AlarmJson.of(alarm));
  }

  /**
   * Reads an alarm from a journal, a snapshot or a store.
   *
   * @throws IllegalArgumentException when it is no alarm
   */
  @JsonCreator
  public static RaisedAlarm read(JsonNode written) {
    if (!(written instanceof ObjectNode json)) {
      throw new IllegalArgumentException("not an alarm: " + written);
    }
    return new RaisedAlarm(
        json.path("run").asText(),
        json.path("segment").asInt(),
        json.path("step").asLong(),
        nanos(json),
        json.path("incident").asText(),
        state(json.path("state").asText()),
        severity(json.path("severity").asText()),
        json.path("kind").asText(),
        json);
  }

  /** The contract's object; the caller must not change it. */
  @Override
  @JsonValue
  public ObjectNode json() {
    return json;
  }

  /** A text or number of the object as text; null when it has none. */
  public @Nullable String text(String key) {
    return json.hasNonNull(key) ? json.path(key).asText() : null;
  }

  /** A number of the object; NaN when it has none. */
  public double number(String key) {
    return json.path(key).asDouble(Double.NaN);
  }

  /** Nanoseconds since the epoch, exact for every time that a line can have. */
  private static long nanos(ObjectNode json) {
    try {
      Instant time = Instant.parse(json.path("time").asText());
      return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not an alarm: " + json, e);
    }
  }

  private static Alarm.State state(String name) {
    return Arrays.stream(Alarm.State.values())
        .filter(state -> state.wireName().equals(name))
        .findFirst()
        .orElse(Alarm.State.UPDATE);
  }

  private static Severity severity(String name) {
    return Arrays.stream(Severity.values())
        .filter(severity -> severity.wireName().equals(name))
        .findFirst()
        .orElse(Severity.INFO);
  }
}
