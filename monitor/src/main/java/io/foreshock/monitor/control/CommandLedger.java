// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The commands given to one run, oldest first: all that are open, and of the others the newest, up
 * to {@value #MAX_COMMANDS} together. Older ones are forgotten.
 *
 * <p><b>Ids.</b> An id is the time of issue in milliseconds since the epoch, or the next number
 * above every id known when that is higher. So ids go on rising where the monitor has lost its
 * memory: a training run fetches only what is above the id that it obeyed last.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner.
 */
public final class CommandLedger {
  private static final int MAX_COMMANDS = 1000;

  /** How far ahead of this machine's clock an id of another monitor may be. */
  private static final long MAX_AHEAD_MILLIS = 86_400_000;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final String run;
  private final List<Command> commands = new ArrayList<>();

  /** Highest id that is taken, by this monitor or, as a training run told, by another. */
  private long newestId;

  /** The ledger of a run that was given nothing yet. */
  public CommandLedger(String run) {
    this.run = run;
  }

  /**
   * A new command with the next id, not entered yet.
   *
   * @param segment the run's live segment
   * @param runStep its newest step
   */
  public Command draft(
      Instruction instruction,
      CommandStatus status,
      Origin origin,
      long timeNanos,
      int segment,
      long runStep) {
    return new Command(
        nextId(timeNanos),
        run,
        instruction,
        status,
        origin,
        Json.time(timeNanos),
        segment,
        runStep,
        null,
        null);
  }

  /**
   * The resumption of a run that was halted and trains all the same: somebody started it again. It
   * is done already, and not entered yet.
   *
   * @param halt the command that halted it
   */
  public Command resumption(Command halt, long timeNanos, int segment, long runStep) {
    String reason =
        "The run trains again, at step %d, after %s %d."
            .formatted(runStep, halt.name().wireName(), halt.id());
    Origin origin = new Origin(reason, null, null);
    return draft(new Instruction.Resume(), CommandStatus.DONE, origin, timeNanos, segment, runStep)
        .with(CommandStatus.DONE, runStep, "seen in its telemetry");
  }

  /**
   * Enters a command. Proposals of an earlier decision that nobody acted on are superseded by it.
   *
   * @return every command that changed, the new one last
   */
  public List<Command> enter(Command command) {
    List<Command> changed = new ArrayList<>();
    for (Command earlier : all()) {
      if (supersedes(command, earlier)) {
        changed.add(
            update(earlier.id(), CommandStatus.SUPERSEDED, null, "by command " + command.id()));
      }
    }
    restore(command);
    changed.add(command);
    forgetOldest();
    return changed;
  }

  /** Refuses one more command of a person while too many are open. */
  public void refuseWhenFull() {
    if (commands.size() >= MAX_COMMANDS && commands.stream().allMatch(CommandLedger::isOpen)) {
      throw ControlException.conflict(
          "run '" + run + "' has " + commands.size() + " commands that wait, the limit");
    }
  }

  /** Whether a command waits for a person or the training run, or is being carried out. */
  public boolean anyOpen() {
    return commands.stream().anyMatch(CommandLedger::isOpen);
  }

  private void forgetOldest() {
    if (commands.size() > MAX_COMMANDS) {
      Command oldest =
          commands.stream().filter(c -> !isOpen(c)).findFirst().orElse(commands.get(0));
      commands.remove(oldest);
    }
  }

  private static boolean isOpen(Command command) {
    return command.status().deliverable() || command.status() == CommandStatus.PENDING_APPROVAL;
  }

  /** Puts back a command as a snapshot held it. */
  public void restore(Command command) {
    commands.add(command);
    take(command.id());
  }

  /** Highest id that is taken; 0 when none is. */
  public long newestId() {
    return newestId;
  }

  /** Takes every id up to this one, which a monitor has given already. */
  public void take(long id) {
    newestId = Math.max(newestId, id);
  }

  /**
   * The id to {@link #take} for a training run that asks for commands above one that is not known
   * here: otherwise it would never fetch the next one, because this clock is behind the one by
   * which that id was given. Rounded up to a second, so that polls cannot fill the journal.
   *
   * @return empty when the next id is higher anyway, or when the id is not plausible
   */
  public OptionalLong idToTake(long after, long nowMillis) {
    boolean missed = after > newestId && after >= nowMillis;
    return missed && after - nowMillis <= MAX_AHEAD_MILLIS
        ? OptionalLong.of((after / 1000 + 1) * 1000)
        : OptionalLong.empty();
  }

  /** Commands that wait for the training run to fetch them, oldest first. */
  public List<Command> pending() {
    return commands.stream().filter(c -> c.status() == CommandStatus.PENDING).toList();
  }

  /** The command a person may still judge. */
  public Command awaitingApproval(long id) {
    Command command = get(id);
    if (command.status() != CommandStatus.PENDING_APPROVAL) {
      throw ControlException.conflict(
          "command "
              + id
              + " is "
              + command.status().wireName()
              + ": nothing to approve or reject");
    }
    return command;
  }

  /**
   * The command of which the training run may say this. Saying the same again is welcome: the first
   * time may not have been answered.
   */
  public Command acknowledgeable(long id, CommandStatus status) {
    Command command = get(id);
    if (!command.status().deliverable() && command.status() != status) {
      throw ControlException.conflict(
          "command "
              + id
              + " is "
              + command.status().wireName()
              + ": it cannot become "
              + status.wireName());
    }
    return command;
  }

  /** Sets what became of a command. */
  public Command update(long id, CommandStatus status, Long step, String detail) {
    Command updated = get(id).with(status, step, detail);
    commands.set(commands.indexOf(get(id)), updated);
    return updated;
  }

  /** The command of that id. */
  public Command get(long id) {
    return commands.stream()
        .filter(command -> command.id() == id)
        .findFirst()
        .orElseThrow(() -> ControlException.noSuchCommand(run, id));
  }

  /** All of them, oldest first; a copy. */
  public List<Command> all() {
    return List.copyOf(commands);
  }

  /**
   * Commands of one decision are issued at the same time, for the same incident, and stand
   * together; a checkpoint takes the place of checkpoints only.
   */
  private static boolean supersedes(Command command, Command earlier) {
    boolean sameDecision =
        earlier.issued().equals(command.issued())
            && command.incident() != null
            && command.incident().equals(earlier.incident());
    return command.incident() != null
        && (command.name() == CommandName.CHECKPOINT) == (earlier.name() == CommandName.CHECKPOINT)
        && earlier.status() == CommandStatus.PENDING_APPROVAL
        && !sameDecision;
  }

  private long nextId(long timeNanos) {
    return Math.max(newestId + 1, timeNanos / NANOS_PER_MILLI);
  }
}
