// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.CommandName;
import io.foreshock.monitor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a person may write in a command's {@code arguments}. */
final class CommandArguments {
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
      case "to_step" -> integerFrom(value, 0) ? null : "expected a step, from 0";
      case "for_steps" -> integerFrom(value, 1) ? null : "expected a number of steps, from 1";
      case "skip_batches" ->
          integerFrom(value.path("from"), 0)
                  && integerFrom(value.path("count"), 0)
                  && value.size() == 2
              ? null
              : "expected {\"from\": batch, \"count\": number}";
      case "learning_rate_scale" ->
          value.isNumber() && value.doubleValue() > 0 && value.doubleValue() <= 10
              ? null
              : "expected a factor above 0, at most 10";
      case "gradient_clip" ->
          value.isNumber() && value.doubleValue() >= 0 && Double.isFinite(value.doubleValue())
              ? null
              : "expected a norm; 0 = off";
      default -> null;
    };
  }

  /** Whether it is an integer that fits, and not below {@code min}. */
  static boolean integerFrom(JsonNode value, long min) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= min;
  }
}
