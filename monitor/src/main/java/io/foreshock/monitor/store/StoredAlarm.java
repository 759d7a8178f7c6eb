// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An alarm as stores keep it: the contract's JSON object, and what of it they keep beside.
 *
 * <p>Run, incident, state and step tell alarms apart: one stored again is there once, as it was at
 * its worst.
 */
public record StoredAlarm(ObjectNode json) {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Mildest first. */
  static final List<String> SEVERITIES =
      Arrays.stream(Severity.values()).map(Severity::wireName).toList();

  static StoredAlarm of(Alarm alarm) {
    return new StoredAlarm(AlarmJson.of(alarm));
  }

  /** An alarm as {@link #line} wrote it. */
  static StoredAlarm read(String line) {
    return new StoredAlarm((ObjectNode) Json.tree(line));
  }

  String run() {
    return text("run");
  }

  long step() {
    return json.path("step").asLong();
  }

  /** Every time that a line can have, the earliest too. */
  long timeNanos() {
    Instant time = Instant.parse(text("time"));
    // exact although the product alone may overflow: the sum is a long, as it was in the alarm
    return time.getEpochSecond() * NANOS_PER_SECOND + time.getNano();
  }

  /** A text or number of the alarm as text; empty when it has none. */
  String text(String key) {
    JsonNode value = json.path(key);
    return value.isNull() ? "" : value.asText();
  }

  /** The JSON object as one line. */
  String line() {
    return Json.text(json);
  }

  /** Puts an alarm in, in place of one that it stands for. */
  static void put(Map<StoredAlarm, StoredAlarm> alarms, StoredAlarm alarm) {
    alarms.merge(alarm, alarm, (known, newer) -> newer.rank() < known.rank() ? known : newer);
  }

  private int rank() {
    return SEVERITIES.indexOf(text("severity"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredAlarm that
        && step() == that.step()
        && run().equals(that.run())
        && text("incident").equals(that.text("incident"))
        && text("state").equals(that.text("state"));
  }

  @Override
  public int hashCode() {
    return Objects.hash(run(), text("incident"), text("state"), step());
  }
}
