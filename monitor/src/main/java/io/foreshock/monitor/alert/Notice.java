// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One message for one notifier.
 *
 * @param key notifier, incident and event: the same after a restart, so that nothing is sent twice
 * @param notifier name of the notifier
 * @param body an alarm as in the contract, section 4, or a command as in section 3
 * @param alarm the alarm whose JSON is the body; null when the message is about a command
 */
public record Notice(
    String key, String notifier, String run, ObjectNode body, @Nullable RaisedAlarm alarm) {
  /** The subject of a message. */
  public enum Topic {
    ALARM,
    COMMAND;

    /** Name in the webhook's header. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A message about an alarm. */
  static Notice of(String key, String notifier, RaisedAlarm alarm) {
    return new Notice(key, notifier, alarm.run(), alarm.json(), alarm);
  }

  /** A message about a command; {@code command} is its JSON. */
  static Notice ofCommand(String key, String notifier, String run, ObjectNode command) {
    return new Notice(key, notifier, run, command, null);
  }

  /** The kind of the body. */
  public Topic topic() {
    return alarm == null ? Topic.COMMAND : Topic.ALARM;
  }

  /** The message as a snapshot keeps it. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("key", key).put("notifier", notifier);
    json.put("topic", topic().name()).put("run", run);
    return json.set("body", body);
  }

  /**
   * Reads a message that {@link #json} wrote.
   *
   * @throws IllegalArgumentException when the message is about an alarm and its body is none
   */
  static Notice read(JsonNode json) {
    ObjectNode body = json.path("body").deepCopy();
    boolean ofAlarm = json.path("topic").asText().equals(Topic.ALARM.name());
    return new Notice(
        json.path("key").asText(),
        json.path("notifier").asText(),
        json.path("run").asText(),
        body,
        ofAlarm ? RaisedAlarm.read(body) : null);
  }
}
