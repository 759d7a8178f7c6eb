// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The commands given to one run, oldest first. It keeps all open commands and the newest of the
 * others, up to {@value #MAX_COMMANDS} together, and forgets older ones.
 *
 * <p><b>Ids.</b> An id is the time of issue in milliseconds since the epoch, or the next number
 * above every known id when that is higher. So ids continue to rise after the monitor lost its
 * data. They must, because a training run fetches only commands above the id that it obeyed last.
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

  /** Highest id in use, given by this monitor or by another one that the training run obeyed. */
  private long newestId;

  /** Creates the ledger of a run without commands. */
  public CommandLedger(String run) {
    this.run = run;
  }

  /**
   * Creates a command with the next id, but does not enter it.
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
   * Creates a completed {@code resume} for a halted run that trains again, because somebody started
   * it. Does not enter the command.
   *
   * @param halt the command that halted the run
   */
  public Command resumption(Command halt, long timeNanos, int segment, long runStep) {
    String reason =
        "The run trains again, at step %d, after %s %d."
            .formatted(runStep, halt.name().wireName(), halt.id());
    Origin origin = new Origin(reason, null, null);
    return draft(
            new Instruction.Plain(CommandName.RESUME),
            CommandStatus.DONE,
            origin,
            timeNanos,
            segment,
            runStep)
        .with(CommandStatus.DONE, runStep, "seen in its telemetry");
  }

  /**
   * Enters a command. It supersedes unanswered proposals of earlier decisions.
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

  /** Refuses one more command from a person while too many are open. */
  public void refuseWhenFull() {
    if (commands.size() >= MAX_COMMANDS && commands.stream().allMatch(CommandLedger::isOpen)) {
      throw ControlException.conflict(
          "run '" + run + "' has " + commands.size() + " open commands, which is the limit");
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

  /** Adds a command that a snapshot kept. */
  public void restore(Command command) {
    commands.add(command);
    adopt(command.id());
  }

  /** Highest id in use; 0 when there is none. */
  public long newestId() {
    return newestId;
  }

  /** Marks every id up to this one as used, because a monitor has given it already. */
  public void adopt(long id) {
    newestId = Math.max(newestId, id);
  }

  /**
   * The id to {@link #adopt} for a training run that asks for commands above an id that is not
   * known here. This clock may be behind the clock that gave that id; then the training run would
   * never fetch the next command. The id is rounded up to a second, so that polls cannot fill the
   * journal.
   *
   * @return empty when the next id is higher anyway, or when the id is not plausible
   */
  public OptionalLong idToAdopt(long after, long nowMillis) {
    boolean missed = after > newestId && after >= nowMillis;
    return missed && after - nowMillis <= MAX_AHEAD_MILLIS
        ? OptionalLong.of((after / 1000 + 1) * 1000)
        : OptionalLong.empty();
  }

  /** Commands that wait for the training run to fetch them, oldest first. */
  public List<Command> pending() {
    return commands.stream().filter(c -> c.status() == CommandStatus.PENDING).toList();
  }

  /** The command if a person may still approve or reject it. */
  public Command awaitingApproval(long id) {
    Command command = get(id);
    if (command.status() != CommandStatus.PENDING_APPROVAL) {
      throw ControlException.conflict(
          "command %s is %s: it cannot be approved or rejected"
              .formatted(id, command.status().wireName()));
    }
    return command;
  }

  /**
   * Returns the command if the training run may set this status. It may repeat the current status,
   * because it repeats an acknowledgement that was not answered.
   */
  public Command acknowledgeable(long id, CommandStatus status) {
    Command command = get(id);
    if (!command.status().deliverable() && command.status() != status) {
      throw ControlException.conflict(
          "command %s is %s: it cannot become %s"
              .formatted(id, command.status().wireName(), status.wireName()));
    }
    return command;
  }

  /** Sets the status of a command. */
  public Command update(
      long id, CommandStatus status, @Nullable Long step, @Nullable String detail) {
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
   * Whether a command supersedes an earlier one. Commands of one decision have the same time and
   * incident and do not supersede each other. A checkpoint supersedes checkpoints only.
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
