// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.CommandName;
import io.foreshock.monitor.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a person may write in a command's {@code arguments}. */
final class CommandArguments {
  /** Any step or batch; JSON readers that use doubles keep it exact. */
  static final long MAX_NUMBER = (1L << 53) - 1;

  private static final long MAX_SKIPPED_BATCHES = 1_000_000;
  private static final double LEAST_SCALE = 1e-6;
  private static final double MAX_SCALE = 10;
  private static final double MAX_CLIP = 1e9;

  private CommandArguments() {}

  /**
   * The arguments, found to be in order.
   *
   * @throws IllegalArgumentException naming everything that is not
   */
  static ObjectNode check(CommandName command, JsonNode arguments) {
    if (arguments.isMissingNode() || arguments.isNull()) {
      arguments = Json.object();
    }
    if (!arguments.isObject()) {
      throw new IllegalArgumentException("arguments: expected a JSON object");
    }
    List<String> problems = new ArrayList<>();
    for (var argument : arguments.properties()) {
      String problem = problem(command, argument.getKey(), argument.getValue());
      if (problem != null) {
        problems.add(argument.getKey() + " = " + argument.getValue() + ": " + problem);
      }
    }
    if (command == CommandName.ROLLBACK && !arguments.has("to_step")) {
      problems.add("to_step is missing: the step to go back to");
    }
    if (command == CommandName.ADJUST
        && !arguments.has("learning_rate_scale")
        && !arguments.has("gradient_clip")) {
      problems.add("adjust needs learning_rate_scale or gradient_clip");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(command.wireName() + ": " + String.join("; ", problems));
    }
    return (ObjectNode) arguments;
  }

  private static String problem(CommandName command, String name, JsonNode value) {
    if (!command.arguments().contains(name)) {
      return "unknown; expected " + new TreeSet<>(command.arguments());
    }
    return switch (name) {
      case "to_step" -> integer(value, 0, MAX_NUMBER) ? null : "expected a step, from 0";
      case "for_steps" ->
          integer(value, 1, MAX_NUMBER) ? null : "expected a number of steps, from 1";
      case "skip_batches" ->
          integer(value.path("from"), 0, MAX_NUMBER - MAX_SKIPPED_BATCHES)
                  && integer(value.path("count"), 0, MAX_SKIPPED_BATCHES)
                  && value.size() == 2
              ? null
              : "expected {\"from\": batch, \"count\": number up to " + MAX_SKIPPED_BATCHES + "}";
      case "learning_rate_scale" ->
          number(value, LEAST_SCALE, MAX_SCALE) ? null : "expected a factor from 0.000001 to 10";
      case "gradient_clip" ->
          number(value, 0, MAX_CLIP) ? null : "expected a norm up to 1e9; 0 = off";
      default -> null;
    };
  }

  /** Whether it is an integer from {@code min} to {@code max}. */
  static boolean integer(JsonNode value, long min, long max) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= min
        && value.longValue() <= max;
  }

  private static boolean number(JsonNode value, double min, double max) {
    return value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max;
  }
}
