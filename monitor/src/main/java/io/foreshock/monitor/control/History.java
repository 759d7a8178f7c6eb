// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.PolicySettings;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import java.util.List;

/**
 * What a run's commands so far mean for the next decision.
 *
 * <p>A {@code resume} is a person's word that things are well again: the budget starts anew there.
 * So it does where a run that was halted was started again.
 */
final class History {
  private final RunFacts facts;
  private final PolicySettings settings;

  /** Commands of the policy, checkpoints left out. */
  private final List<Command> actions;

  private final Command resume;

  History(RunFacts facts, PolicySettings settings) {
    this.facts = facts;
    this.settings = settings;
    this.actions =
        facts.commands().stream()
            .filter(c -> c.incident() != null && c.name() != CommandName.CHECKPOINT)
            .toList();
    this.resume = lastDone(CommandName.RESUME);
  }

  /** Whether no checkpoint was asked for in this incident, and none is being taken. */
  boolean mayCheckpoint(Alarm alarm) {
    return facts.commands().stream()
        .filter(command -> command.name() == CommandName.CHECKPOINT)
        .noneMatch(c -> alarm.incident().equals(c.incident()) || underWay(c, alarm));
  }

  /** Whether nothing is under way, recent, or said by a person that forbids another action. */
  boolean mayMitigate(Alarm alarm) {
    return !underWay(alarm) && !halted() && !rejected(alarm) && backFromRollback() && cooledDown();
  }

  /** Whether the run was told to pause because of this incident, and did not. */
  boolean pauseFailed(Alarm alarm) {
    return actions.stream()
        .anyMatch(
            c ->
                c.name() == CommandName.PAUSE
                    && failed(c)
                    && c.incident().equals(alarm.incident()));
  }

  /** Rollbacks that were or may be carried out, within the budget's window of steps. */
  int rollbacksInWindow() {
    return (int)
        actions.stream()
            .filter(c -> c.name() == CommandName.ROLLBACK && effective(c) && sinceResume(c))
            .filter(c -> Math.abs(facts.lastStep() - c.step()) <= settings.windowSteps())
            .count();
  }

  /** How often the policy has lowered the learning rate, ever. */
  int reductions() {
    return (int) actions.stream().filter(History::reduces).count();
  }

  /** How often the policy has lowered the learning rate since a person resumed the run. */
  int reductionsSinceResume() {
    return (int) actions.stream().filter(c -> reduces(c) && sinceResume(c)).count();
  }

  /** Why the run is to be paused instead of rolled back; null when it is not. */
  String whyStop(boolean reductionsUsedUp) {
    Command last = lastRollback();
    if (last != null && sinceResume(last) && failed(last)) {
      return "pause, because rollback " + last.id() + " was " + last.status().wireName();
    }
    if (rollbacksInWindow() >= settings.maxRollbacks()) {
      return "pause, because the budget of %d rollbacks in %d steps is used up"
          .formatted(settings.maxRollbacks(), settings.windowSteps());
    }
    return reductionsUsedUp ? "pause, because lowering the learning rate did not help" : null;
  }

  /** An alarm with the numbers that a decision about it rests on. */
  JsonNode evidence(Alarm alarm) {
    ObjectNode evidence = facts.evidence().apply(alarm).deepCopy();
    evidence
        .putObject("policy")
        .put("rollbacks_in_window", rollbacksInWindow())
        .put("max_rollbacks", settings.maxRollbacks())
        .put("window_steps", settings.windowSteps())
        .put("learning_rate_reductions", reductions())
        .put("segment", facts.segment())
        .put("last_step", facts.lastStep());
    return evidence;
  }

  private boolean underWay(Alarm alarm) {
    return facts.commands().stream()
        .anyMatch(c -> c.name() != CommandName.CHECKPOINT && underWay(c, alarm));
  }

  /**
   * Whether a command stands in the way of one about this alarm. A proposal that nobody answers
   * stands for the incidents there were when it was made, as long as its own is open: those do not
   * replace each other's in turn, and a later one gets its own.
   */
  private boolean underWay(Command command, Alarm alarm) {
    if (command.status() != CommandStatus.PENDING_APPROVAL) {
      return !command.status().over();
    }
    return alarm.openedStep() <= command.step()
        && facts.open().stream().anyMatch(open -> open.incident().equals(command.incident()));
  }

  private boolean halted() {
    Command pause = lastDone(CommandName.PAUSE);
    Command stop = lastDone(CommandName.STOP);
    return pause != null && sinceResume(pause) || stop != null && sinceResume(stop);
  }

  private boolean rejected(Alarm alarm) {
    return actions.stream()
        .anyMatch(
            c -> c.status() == CommandStatus.REJECTED && c.incident().equals(alarm.incident()));
  }

  /** After a rollback nothing is decided until lines of the new segment have come. */
  private boolean backFromRollback() {
    Command last = lastRollback();
    return last == null || last.status() != CommandStatus.DONE || facts.segment() > last.segment();
  }

  private boolean cooledDown() {
    Command last = lastRollback();
    if (last != null
        && last.status() == CommandStatus.DONE
        && facts.segment() == last.segment() + 1) {
      long from = ((Instruction.Rollback) last.instruction()).toStep();
      return facts.lastStep() - from >= settings.coolDownSteps();
    }
    return resume == null || Math.abs(facts.lastStep() - resume.step()) >= settings.coolDownSteps();
  }

  private boolean sinceResume(Command command) {
    return resume == null || command.id() > resume.id();
  }

  private Command lastRollback() {
    Command last = null;
    for (Command command : actions) {
      last = command.name() == CommandName.ROLLBACK ? command : last;
    }
    return last;
  }

  private Command lastDone(CommandName name) {
    Command last = null;
    for (Command command : facts.commands()) {
      boolean done = command.name() == name && command.status() == CommandStatus.DONE;
      last = done ? command : last;
    }
    return last;
  }

  private static boolean reduces(Command command) {
    return command.name() == CommandName.ADJUST && effective(command);
  }

  private static boolean failed(Command command) {
    return command.status() == CommandStatus.REFUSED || command.status() == CommandStatus.FAILED;
  }

  /** A proposal that waits is none: the decision that counts takes its place. */
  private static boolean effective(Command command) {
    return switch (command.status()) {
      case PENDING, ACCEPTED, DONE -> true;
      case PENDING_APPROVAL, REFUSED, FAILED, REJECTED, SUPERSEDED -> false;
    };
  }
}
