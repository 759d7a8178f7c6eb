// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.PolicySettings;
import io.foreshock.monitor.json.Json;
import io.foreshock.predictors.online.Alarm;
import java.util.List;

/** What a run's commands so far mean for the next decision. */
final class History {
  private final RunFacts facts;
  private final PolicySettings settings;
  private final List<Command> ofPolicy;

  History(RunFacts facts, PolicySettings settings) {
    this.facts = facts;
    this.settings = settings;
    this.ofPolicy = facts.commands().stream().filter(c -> c.incident() != null).toList();
  }

  /**
   * Step at which the incident of an alarm opened: the end of the incident's name, which is the
   * same in all its alarms; the alarm's own step where the name says nothing.
   */
  static long openingStep(Alarm alarm) {
    String name = alarm.incident();
    int digits = name.length();
    while (digits > 0 && Character.isDigit(name.charAt(digits - 1))) {
      digits--;
    }
    if (digits == name.length() || name.length() - digits > 18) {
      return alarm.step();
    }
    return Math.min(alarm.step(), Long.parseLong(name.substring(digits)));
  }

  boolean mayCheckpoint(Alarm alarm) {
    return facts.commands().stream()
        .filter(command -> command.command() == CommandName.CHECKPOINT)
        .noneMatch(c -> alarm.incident().equals(c.incident()) || !c.status().over());
  }

  /** Whether nothing is under way, recent, or said by a person that forbids another action. */
  boolean mayMitigate(Alarm alarm) {
    return !underWay() && !paused() && !rejected(alarm) && backFromRollback() && cooledDown();
  }

  /** Rollbacks that were or may be carried out, within the budget's window of steps. */
  int rollbacksInWindow() {
    return (int)
        ofPolicy.stream()
            .filter(command -> command.command() == CommandName.ROLLBACK && effective(command))
            .filter(c -> Math.abs(facts.lastStep() - c.step()) <= settings.windowSteps())
            .count();
  }

  /** How often the policy has lowered the learning rate. */
  int reductions() {
    return (int)
        ofPolicy.stream()
            .filter(command -> command.command() == CommandName.ADJUST && effective(command))
            .count();
  }

  /** Why the run is to be paused instead of rolled back; null when it is not. */
  String whyStop(boolean reductionsUsedUp) {
    Command last = last(CommandName.ROLLBACK);
    if (last != null
        && (last.status() == CommandStatus.REFUSED || last.status() == CommandStatus.FAILED)) {
      return "pause, because rollback " + last.id() + " was " + last.status().wireName();
    }
    if (rollbacksInWindow() >= settings.maxRollbacks()) {
      return "pause, because the budget of "
          + settings.maxRollbacks()
          + " rollbacks in "
          + settings.windowSteps()
          + " steps is used up";
    }
    return reductionsUsedUp ? "pause, because lowering the learning rate did not help" : null;
  }

  /** The numbers, as evidence. */
  ObjectNode json() {
    return Json.object()
        .put("rollbacks_in_window", rollbacksInWindow())
        .put("max_rollbacks", settings.maxRollbacks())
        .put("window_steps", settings.windowSteps())
        .put("learning_rate_reductions", reductions())
        .put("segment", facts.segment())
        .put("last_step", facts.lastStep());
  }

  private boolean underWay() {
    return facts.commands().stream()
        .anyMatch(c -> c.command() != CommandName.CHECKPOINT && !c.status().over());
  }

  private boolean paused() {
    for (int i = facts.commands().size() - 1; i >= 0; i--) {
      Command command = facts.commands().get(i);
      if (command.status() == CommandStatus.DONE) {
        switch (command.command()) {
          case PAUSE, STOP -> {
            return true;
          }
          case RESUME -> {
            return false;
          }
          default -> {}
        }
      }
    }
    return false;
  }

  private boolean rejected(Alarm alarm) {
    return ofPolicy.stream()
        .filter(command -> command.command() != CommandName.CHECKPOINT)
        .anyMatch(
            c -> c.status() == CommandStatus.REJECTED && c.incident().equals(alarm.incident()));
  }

  /** After a rollback nothing is decided until lines of the new segment have come. */
  private boolean backFromRollback() {
    Command last = last(CommandName.ROLLBACK);
    return last == null
        || last.status() != CommandStatus.DONE
        || facts.segment() > last.evidence().at("/policy/segment").asInt(-1);
  }

  private boolean cooledDown() {
    for (Command command : ofPolicy) {
      if (command.command() != CommandName.CHECKPOINT && command.status() == CommandStatus.DONE) {
        long from = command.doneStep() == null ? command.step() : command.doneStep();
        if (command.command() == CommandName.ROLLBACK) {
          from = Math.min(from, command.arguments().path("to_step").asLong(from));
        }
        long since = facts.lastStep() - from;
        boolean sameSegment =
            facts.segment() <= command.evidence().at("/policy/segment").asInt(-1) + 1;
        if (sameSegment && since < settings.coolDownSteps()) {
          return false;
        }
      }
    }
    return true;
  }

  private Command last(CommandName name) {
    Command last = null;
    for (Command command : ofPolicy) {
      last = command.command() == name ? command : last;
    }
    return last;
  }

  private static boolean effective(Command command) {
    return switch (command.status()) {
      case PENDING_APPROVAL, PENDING, ACCEPTED, DONE -> true;
      case REFUSED, FAILED, REJECTED, SUPERSEDED -> false;
    };
  }
}
