// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import org.jspecify.annotations.Nullable;

/**
 * One command to one run, with its reason and its outcome.
 *
 * @param id rises within the run, also over restarts and after the monitor lost its data; below
 *     2^53
 * @param origin why it was given
 * @param issued time, ISO-8601
 * @param segment the run's live segment at that time; -1 when an earlier version did not save it
 * @param step the run's step at that time
 * @param doneStep step at which the training run acknowledged it; null before
 * @param detail newest detail from the training run or a person; null before
 */
public record Command(
    long id,
    String run,
    Instruction instruction,
    CommandStatus status,
    Origin origin,
    String issued,
    int segment,
    long step,
    @Nullable Long doneStep,
    @Nullable String detail) {

  /** The incident that it answers; null when a person gave it. */
  public @Nullable String incident() {
    return origin.incident();
  }

  /** The command's name, without its arguments. */
  public CommandName name() {
    return instruction.name();
  }

  /** Reads a command from the JSON that journal and snapshots keep. */
  @JsonCreator
  static Command read(ObjectNode kept) {
    return CommandJson.read(kept);
  }

  @JsonValue
  ObjectNode kept() {
    return CommandJson.kept(this);
  }

  Command with(CommandStatus newStatus, @Nullable Long newDoneStep, @Nullable String newDetail) {
    return new Command(
        id,
        run,
        instruction,
        newStatus,
        origin,
        issued,
        segment,
        step,
        newDoneStep == null ? doneStep : newDoneStep,
        newDetail == null ? detail : newDetail);
  }
}
