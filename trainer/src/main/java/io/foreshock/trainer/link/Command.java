// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the monitor wants done.
 *
 * @param id rises from one command to the next
 * @param mark tells it from another command of the same id, which a monitor that lost its memory
 *     may give
 * @param name what to do; null when this trainer knows no such command
 * @param arguments those that the command may have, not checked; what is null was left out
 */
public record Command(long id, String mark, CommandName name, Map<String, Object> arguments) {
  private static final long LARGEST_AHEAD_MILLIS = Duration.ofDays(1).toMillis();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Names within the argument of that name. */
  private static final Set<String> SKIP_BATCHES = Set.of("from", "count");

  /** How an obeyed command ended. */
  public enum Status {
    ACCEPTED,
    DONE,
    REFUSED,
    FAILED
  }

  /**
   * What is to be done.
   *
   * @throws IllegalArgumentException saying why it is not: the command is unknown, or naming every
   *     argument that is missing or beyond the limits
   */
  public Instruction instruction(Limits limits) {
    if (name == null) {
      throw new IllegalArgumentException("this trainer knows no such command");
    }
    return Instruction.checked(name, arguments, limits);
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
    String text = json.path("command").asText();
    JsonNode arguments = json.path("arguments");
    int mark = Objects.hash(text, json.path("issued").asText(), arguments.toString());
    CommandName name = name(text);
    return new Command(
        id.longValue(),
        Integer.toHexString(mark),
        name,
        name == null ? Map.of() : named(name.arguments(), arguments.isObject() ? arguments : json));
  }

  private static CommandName name(String text) {
    for (CommandName name : CommandName.values()) {
      if (name.wireName().equalsIgnoreCase(text)) {
        return name;
      }
    }
    return null;
  }

  /** What stands beside them is no matter of this trainer: a newer monitor may say more. */
  private static Map<String, Object> named(Set<String> names, JsonNode json) {
    Map<String, Object> values = new TreeMap<>();
    for (String name : names) {
      JsonNode value = json.path(name);
      if (name.equals("skip_batches") && value.isObject()) {
        values.put(name, named(SKIP_BATCHES, value));
      } else if (!value.isMissingNode() && !value.isNull()) {
        values.put(name, JSON.convertValue(value, Object.class));
      }
    }
    return values;
  }
}
