// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Objects;

/**
 * What the monitor wants done.
 *
 * @param id rises from one command to the next
 * @param mark tells it from another command of the same id, which a monitor that lost its memory
 *     may give
 * @param kind what to do
 * @param arguments of the command, a JSON object
 */
public record Command(long id, String mark, Kind kind, JsonNode arguments) {
  private static final long LARGEST_AHEAD_MILLIS = Duration.ofDays(1).toMillis();

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

  /**
   * Whether a monitor can have given that id: a small count, or the time in milliseconds since the
   * epoch, up to a day ahead of this machine's clock. An id beyond would make every later command
   * look old.
   */
  public boolean plausible(long nowMillis) {
    return id > 0 && id <= nowMillis + LARGEST_AHEAD_MILLIS;
  }

  /**
   * Reads a command; its arguments may stand beside the name or under {@code arguments}. Null when
   * its id is no integer, so that nothing can be answered to it.
   */
  static Command of(JsonNode json) {
    JsonNode id = json.path("id");
    if (!id.isIntegralNumber() || !id.canConvertToLong()) {
      return null;
    }
    String name = json.path("command").asText();
    JsonNode arguments = json.path("arguments");
    int mark = Objects.hash(name, json.path("issued").asText(), arguments.toString());
    return new Command(
        id.longValue(),
        Integer.toHexString(mark),
        Kind.of(name),
        arguments.isObject() ? arguments : json);
  }
}
