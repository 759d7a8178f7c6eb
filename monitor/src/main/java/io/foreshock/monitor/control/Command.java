// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;

/**
 * One command to one run, with why it was given and what became of it.
 *
 * @param id rises within the run, over restarts and lost memory too; below 2^53
 * @param origin why it was given
 * @param issued time, ISO-8601
 * @param segment the run's live segment then; -1 when an earlier version did not write it down
 * @param step the run's step then
 * @param doneStep step at which the training run acknowledged it; null before
 * @param detail what the training run or the person said last; null before
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
    Long doneStep,
    String detail) {

  /** The alarm's incident that it answers; null when a person gave it. */
  public String incident() {
    return origin.incident();
  }

  /** What it orders, without the arguments. */
  public CommandName name() {
    return instruction.name();
  }

  /** The command as journal and snapshots keep it. */
  @JsonCreator
  static Command read(ObjectNode kept) {
    return CommandJson.read(kept);
  }

  @JsonValue
  ObjectNode kept() {
    return CommandJson.kept(this);
  }

  Command with(CommandStatus newStatus, Long newDoneStep, String newDetail) {
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
