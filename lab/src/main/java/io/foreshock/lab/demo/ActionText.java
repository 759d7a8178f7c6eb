// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** Describes a command of the contract (section 3) in a few words. */
final class ActionText {
  private ActionText() {}

  static String of(JsonNode command) {
    String name = command.path("command").asText();
    JsonNode arguments = command.path("arguments");
    return switch (name) {
      case "rollback" ->
          "rollback to step %d%s"
              .formatted(
                  arguments.path("to_step").asLong(), skipped(arguments.path("skip_batches")));
      case "adjust" ->
          arguments.has("learning_rate_scale")
              ? "learning rate × " + arguments.path("learning_rate_scale").asText()
              : "gradient clip " + arguments.path("gradient_clip").asText();
      default -> name;
    };
  }

  private static String skipped(JsonNode skip) {
    long count = skip.path("count").asLong();
    return count == 0
        ? ""
        : ", skipping %d batches from %d".formatted(count, skip.path("from").asLong());
  }
}
