// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.control.Instruction;
import io.foreshock.trainer.checkpoint.Obedience;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.Command;
import io.foreshock.trainer.link.Command.Status;
import io.foreshock.trainer.link.CommandLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the monitor's commands between two steps, and ends the run on request.
 *
 * <p><b>Trust.</b> Commands are not trusted. Arguments have limits ({@link
 * CommandArguments#limits}), rollbacks have a budget, and few commands are carried out between two
 * steps. A refused command is answered with the reason.
 *
 * <p><b>When an alarm counts as active.</b> The trainer does not receive alarms, but the monitor
 * sends {@code checkpoint} when it raises a warning. So an alarm counts as active from that
 * command, or from a step with a non-finite statistic. It ends after {@link #QUIET_STEPS} steps
 * without another cause, or at a rollback. Checkpoints in between are not "quiet".
 *
 * <p><b>Threads.</b> {@link #end} from any thread, the rest from the training thread.
 */
final class Control {
  /** Steps without a further cause after which no alarm counts as active. */
  static final long QUIET_STEPS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(Control.class);
  private static final Duration PAUSE_LOOK = Duration.ofMillis(100);

  /** Most commands between two steps, so that many commands cannot stop the training. */
  private static final int MOST_BETWEEN_STEPS = 16;

  private final Run run;
  private final @Nullable CommandLink link; // null when no monitor sends commands
  private final int maxRollbacks;
  private volatile boolean ended;
  private boolean paused;

  /**
   * Creates the control of a run; without {@code link} there are no commands.
   *
   * @param maxRollbacks most rollbacks within {@link Obedience#WINDOW_STEPS} steps of new ground
   */
  Control(Run run, @Nullable CommandLink link, int maxRollbacks) {
    this.run = run;
    this.link = link;
    this.maxRollbacks = maxRollbacks;
  }

  /** Ends the run after its current step. */
  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /** Marks an alarm as active from now on. */
  void alarm() {
    run.become(run.state().alarmed(QUIET_STEPS));
  }

  /** Carries out the commands that have arrived; while paused, waits for more. */
  void obey() throws IOException, InterruptedException {
    CommandLink commands = link;
    if (commands == null) {
      return;
    }
    for (int i = 0; i < MOST_BETWEEN_STEPS && !ended; i++) {
      Command command = commands.poll();
      if (command == null) {
        break;
      }
      obey(command);
    }
    while (paused && !ended) {
      Command command = commands.poll(PAUSE_LOOK);
      if (command != null) {
        obey(command);
      }
    }
  }

  private void obey(Command command) {
    long last = run.state().lastCommand();
    if (!command.plausible(System.currentTimeMillis())) {
      refuse(
          command,
          "its id is neither a count nor a time up to a day ahead of the training machine's clock");
      return;
    }
    if (command.id() <= last) {
      answerAgain(command, last);
      return;
    }
    acknowledge(command, Status.ACCEPTED, run.state().step(), "");
    run.become(run.state().obeyed(command.id()));
    remember(command, Status.ACCEPTED, "");
    try {
      LOG.info("the monitor commands: {} {}", name(command), CommandArguments.shown(command));
      execute(command, command.instruction(CommandArguments.limits(run.state())));
    } catch (IllegalArgumentException e) {
      end(command, Status.REFUSED, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("command {} failed", command.id(), e);
      end(command, Status.FAILED, e.toString());
    }
  }

  /** Answers a command again that an earlier process of this run carried out; refuses any other. */
  private void answerAgain(Command command, long last) {
    Optional<Obedience.Answer> known =
        run.state().obedience().answerTo(command.id(), command.mark());
    if (known.isEmpty()) {
      refuse(
          command,
          "its id is not above %d, the last command that this run obeyed; was the monitor replaced, or did it lose its state?"
              .formatted(last));
      return;
    }
    Obedience.Answer answer = known.get();
    Status status = Status.valueOf(answer.status().toUpperCase(Locale.ROOT));
    if (status == Status.ACCEPTED) { // the resumed checkpoint is the one that the command saved
      acknowledge(command, Status.DONE, answer.step(), "done before the run was resumed");
    } else {
      acknowledge(command, status, answer.step(), answer.detail());
    }
  }

  private void refuse(Command command, String why) {
    LOG.warn("command {} is refused: {}", command.id(), why);
    acknowledge(command, Status.REFUSED, run.state().step(), why);
  }

  private static String name(Command command) {
    return command.name() == null ? "something unknown" : command.name().wireName();
  }

  private void execute(Command command, Instruction instruction) throws IOException {
    switch (instruction.name()) {
      case CHECKPOINT -> {
        alarm();
        done(command, "saved as " + save());
      }
      case ROLLBACK -> rollBack(command, (Instruction.Rollback) instruction);
      case ADJUST -> adjust(command, (Instruction.Adjust) instruction);
      case PAUSE -> {
        paused = true;
        done(command, "paused");
      }
      case RESUME -> {
        paused = false;
        done(command, "resumed");
      }
      case STOP -> {
        ended = true;
        done(command, "ending");
      }
    }
  }

  private Path save() throws IOException {
    Optional<Path> file = run.save();
    return file.orElseThrow(
        () -> new IllegalArgumentException("checkpointing is off: --checkpoints is not given"));
  }

  private void rollBack(Command command, Instruction.Rollback rollback) throws IOException {
    TrainState state = run.state();
    BatchRange skipped = CommandArguments.skipped(rollback, state);
    if (state.obedience().rollbacksInWindow() >= maxRollbacks) {
      throw new IllegalArgumentException(
          "the limit of this run is reached: %d rollbacks within %d steps of new ground (--max-rollbacks); the furthest step is %d"
              .formatted(maxRollbacks, Obedience.WINDOW_STEPS, state.obedience().furthestStep()));
    }
    if (!run.rollBack(rollback.toStep(), skipped)) {
      throw new IllegalArgumentException("no checkpoint at or before step " + rollback.toStep());
    }
    done(
        command,
        "from step %d to the checkpoint at step %d; next batch %d"
            .formatted(state.step(), run.state().step(), run.state().batch()));
  }

  private void adjust(Command command, Instruction.Adjust adjust) {
    Adjustment adjustment = CommandArguments.adjustment(adjust, run.state());
    run.become(run.state().adjusted(adjustment));
    done(
        command,
        adjustment.untilStep() == Long.MAX_VALUE
            ? "for the rest of the run"
            : "up to step " + adjustment.untilStep());
  }

  private void acknowledge(Command command, Status status, long step, String detail) {
    if (link != null) { // as it is whenever there is a command
      link.acknowledge(command, status, step, detail);
    }
  }

  private void done(Command command, String detail) {
    end(command, Status.DONE, detail);
  }

  private void end(Command command, Status status, String detail) {
    acknowledge(command, status, run.state().step(), detail);
    remember(command, status, detail);
  }

  private void remember(Command command, Status status, String detail) {
    TrainState state = run.state();
    String word = status.name().toLowerCase(Locale.ROOT);
    run.become(
        state.remembering(
            state
                .obedience()
                .answered(
                    new Obedience.Answer(
                        command.id(), command.mark(), word, state.step(), detail))));
  }
}
