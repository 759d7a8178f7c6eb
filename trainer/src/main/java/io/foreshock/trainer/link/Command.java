// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A command of the monitor.
 *
 * @param id number of the command; rises from one command to the next
 * @param mark distinguishes it from another command of the same id, which a monitor that lost its
 *     state may send
 * @param name what to do; null when this trainer does not support it
 * @param arguments arguments that the command may have, unchecked and without null values
 */
public record Command(
    long id, String mark, @Nullable CommandName name, Map<String, Object> arguments) {
  private static final long LARGEST_AHEAD_MILLIS = Duration.ofDays(1).toMillis();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Names in the argument {@code skip_batches}. */
  private static final Set<String> SKIP_BATCHES = Set.of("from", "count");

  /** State of a command, by the contract. */
  public enum Status {
    ACCEPTED,
    DONE,
    REFUSED,
    FAILED
  }

  /**
   * Returns the instruction of the command.
   *
   * @throws IllegalArgumentException when the command is unknown, or an argument is missing or
   *     beyond the limits; the message names every such argument
   */
  public Instruction instruction(Limits limits) {
    if (name == null) {
      throw new IllegalArgumentException("this trainer does not support this command");
    }
    return Instruction.checked(name, arguments, limits);
  }

  /**
   * Whether a monitor can have assigned that id: a small count, or the time in milliseconds since
   * the epoch, up to a day ahead of this machine's clock. With a larger id, every later command
   * would look old.
   */
  public boolean plausible(long nowMillis) {
    return id > 0 && id <= nowMillis + LARGEST_AHEAD_MILLIS;
  }

  /**
   * Reads a command; its arguments may be next to the name or under {@code arguments}. Returns null
   * when its id is not an integer, because it cannot be answered then.
   */
  static @Nullable Command of(JsonNode json) {
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

  private static @Nullable CommandName name(String text) {
    return Arrays.stream(CommandName.values())
        .filter(name -> name.wireName().equalsIgnoreCase(text))
        .findFirst()
        .orElse(null);
  }

  /**
   * Returns the arguments with these names; others, which a newer monitor may send, are ignored.
   */
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
