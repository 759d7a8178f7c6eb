// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import org.jspecify.annotations.Nullable;

/**
 * A command as JSON. Journal and snapshots keep the same object as the API returns, plus the
 * segment.
 */
public final class CommandJson {
  private static final String SEGMENT = "segment";

  private CommandJson() {}

  /** The command as the API returns it. */
  public static ObjectNode of(Command command) {
    ObjectNode json =
        Json.object()
            .put("id", command.id())
            .put("run", command.run())
            .put("command", command.name().wireName());
    json.set("arguments", Json.MAPPER.valueToTree(command.instruction().arguments()));
    json.put("status", command.status().wireName())
        .put("reason", command.origin().reason())
        .put("incident", command.incident())
        .put("issued", command.issued())
        .put("step", command.step())
        .put("done_step", command.doneStep())
        .put("detail", command.detail());
    return json.set("evidence", command.origin().evidence());
  }

  static ObjectNode kept(Command command) {
    return of(command).put(SEGMENT, command.segment());
  }

  /**
   * Reads a command that {@link #kept} wrote, or that an earlier version wrote. Earlier versions
   * saved the segment only in the evidence of the policy's commands.
   *
   * @throws IllegalArgumentException when it is no command
   */
  static Command read(ObjectNode kept) {
    JsonNode evidence = kept.path("evidence");
    JsonNode segment = kept.has(SEGMENT) ? kept.path(SEGMENT) : evidence.at("/policy/segment");
    JsonNode doneStep = kept.path("done_step");
    return new Command(
        kept.path("id").asLong(),
        kept.path("run").asText(),
        Instruction.of(
            CommandName.of(kept.path("command").asText()), Json.values(kept.path("arguments"))),
        Json.MAPPER.convertValue(kept.path("status"), CommandStatus.class),
        new Origin(
            kept.path("reason").asText(),
            text(kept, "incident"),
            evidence.isObject() ? evidence : null),
        kept.path("issued").asText(),
        segment.asInt(-1),
        kept.path("step").asLong(),
        doneStep.isNumber() ? (Long) doneStep.asLong() : null,
        text(kept, "detail"));
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).asText() : null;
  }
}
