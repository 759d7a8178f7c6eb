// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.PolicySettings;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a run's earlier commands for the next decision.
 *
 * <p>The budget starts anew at a {@code resume}, because a person then judged the run to be
 * healthy. It also starts anew where somebody started a halted run again.
 */
final class History {
  private final RunFacts facts;
  private final PolicySettings settings;

  /** Commands of the policy, checkpoints left out. */
  private final List<Command> actions;

  private final @Nullable Command resume;

  History(RunFacts facts, PolicySettings settings) {
    this.facts = facts;
    this.settings = settings;
    this.actions =
        facts.commands().stream()
            .filter(c -> c.incident() != null && c.name() != CommandName.CHECKPOINT)
            .toList();
    this.resume = lastDone(CommandName.RESUME);
  }

  /** Whether this incident had no checkpoint command yet, and no checkpoint is being saved. */
  boolean mayCheckpoint(Alarm alarm) {
    return facts.commands().stream()
        .filter(command -> command.name() == CommandName.CHECKPOINT)
        .noneMatch(c -> alarm.incident().equals(c.incident()) || underWay(c, alarm));
  }

  /** Whether no command in progress, recent action or rejection by a person forbids an action. */
  boolean mayMitigate(Alarm alarm) {
    return !underWay(alarm) && !halted() && !rejected(alarm) && backFromRollback() && cooledDown();
  }

  /** Whether a command to pause because of this incident failed or was refused. */
  boolean pauseFailed(Alarm alarm) {
    return actions.stream()
        .anyMatch(
            c ->
                c.name() == CommandName.PAUSE
                    && failed(c)
                    && alarm.incident().equals(c.incident()));
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

  /** Why the policy pauses the run instead of rolling it back; null when it does not. */
  @Nullable String whyStop(boolean reductionsUsedUp) {
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

  /** An alarm's JSON with the numbers that led to a decision about it. */
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
   * Whether a command blocks a new one about this alarm. An unanswered proposal blocks new
   * proposals for incidents that were open when it was made, until its own incident closes. So
   * these incidents do not replace each other's proposals in turn. A later incident gets a proposal
   * of its own.
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
            c -> c.status() == CommandStatus.REJECTED && alarm.incident().equals(c.incident()));
  }

  /**
   * Whether lines of the new segment have arrived after a rollback; before that nothing is decided.
   */
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

  private @Nullable Command lastRollback() {
    return actions.stream()
        .filter(command -> command.name() == CommandName.ROLLBACK)
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private @Nullable Command lastDone(CommandName name) {
    return facts.commands().stream()
        .filter(command -> command.name() == name && command.status() == CommandStatus.DONE)
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private static boolean reduces(Command command) {
    return command.name() == CommandName.ADJUST && effective(command);
  }

  private static boolean failed(Command command) {
    return command.status() == CommandStatus.REFUSED || command.status() == CommandStatus.FAILED;
  }

  /**
   * Whether a command counts for the budget. A waiting proposal does not, because it may change.
   */
  private static boolean effective(Command command) {
    return switch (command.status()) {
      case PENDING, ACCEPTED, DONE -> true;
      case PENDING_APPROVAL, REFUSED, FAILED, REJECTED, SUPERSEDED -> false;
    };
  }
}
