// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the monitor wants done.
 *
 * @param id rises from one command to the next
 * @param kind what to do
 * @param arguments of the command, a JSON object
 */
public record Command(long id, Kind kind, JsonNode arguments) {

  /** The commands of the contract. */
  public enum Kind {
    CHECKPOINT,
    ROLLBACK,
    ADJUST,
    PAUSE,
    RESUME,
    STOP,
    /** One that this trainer does not know; it is refused. */
    UNKNOWN;

    static Kind of(String name) {
      for (Kind kind : values()) {
        if (kind.name().equalsIgnoreCase(name)) {
          return kind;
        }
      }
      return UNKNOWN;
    }
  }

  /** How an obeyed command ended. */
  public enum Status {
    ACCEPTED,
    DONE,
    REFUSED,
    FAILED
  }

  /** Reads a command; its arguments may stand beside the name or under {@code arguments}. */
  static Command of(JsonNode json) {
    JsonNode arguments = json.path("arguments").isObject() ? json.path("arguments") : json;
    return new Command(json.path("id").asLong(), Kind.of(json.path("command").asText()), arguments);
  }
}
