// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;

/**
 * A command as JSON: as the API shows it, and as journal and snapshots keep it, which is the same
 * and its segment.
 */
public final class CommandJson {
  private static final String SEGMENT = "segment";

  private CommandJson() {}

  /** The command as the API shows it. */
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
   * A command as {@link #kept} gave it, or an earlier version, which wrote its segment down in the
   * evidence of the policy's commands only.
   *
   * @throws IllegalArgumentException when it is no command
   */
  static Command read(ObjectNode kept) {
    JsonNode evidence = kept.path("evidence");
    JsonNode segment = kept.has(SEGMENT) ? kept.path(SEGMENT) : evidence.at("/policy/segment");
    JsonNode doneStep = kept.path("done_step");
    return new Command(
        kept.path("id").asLong(),
        text(kept, "run"),
        Instruction.of(CommandName.of(text(kept, "command")), Json.values(kept.path("arguments"))),
        Json.MAPPER.convertValue(kept.path("status"), CommandStatus.class),
        new Origin(
            text(kept, "reason"), text(kept, "incident"), evidence.isObject() ? evidence : null),
        text(kept, "issued"),
        segment.asInt(-1),
        kept.path("step").asLong(),
        doneStep.isNumber() ? (Long) doneStep.asLong() : null,
        text(kept, "detail"));
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).asText() : null;
  }
}
