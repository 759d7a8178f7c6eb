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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys the monitor's commands, and the wish to end, between two steps.
 *
 * <p><b>Trust.</b> None: arguments have bounds ({@link CommandArguments#limits}), rollbacks a
 * budget, and few commands are carried out between two steps. What is not obeyed is answered with
 * the reason.
 *
 * <p><b>When an alarm counts as active.</b> The trainer knows no alarms; but the monitor sends
 * {@code checkpoint} when it raises a warning. So one counts as active from that command, or from a
 * step with a non-finite statistic, until {@link #QUIET_STEPS} steps passed without another one, or
 * until a rollback. Checkpoints taken meanwhile are not "quiet".
 *
 * <p><b>Threads.</b> {@link #end} from any thread, the rest from the training thread.
 */
final class Control {
  /** Steps without a further cause after which no alarm counts as active. */
  static final long QUIET_STEPS = 200;

  private static final Logger LOG = LoggerFactory.getLogger(Control.class);
  private static final Duration PAUSE_LOOK = Duration.ofMillis(100);

  /** However many are given, the training goes on in between. */
  private static final int MOST_BETWEEN_STEPS = 16;

  private final Run run;
  private final CommandLink link; // null: nobody commands
  private final int maxRollbacks;
  private volatile boolean ended;
  private boolean paused;

  /**
   * Obeys what {@code link} hands out.
   *
   * @param maxRollbacks within {@link Obedience#WINDOW_STEPS} steps of new ground
   */
  Control(Run run, CommandLink link, int maxRollbacks) {
    this.run = run;
    this.link = link;
    this.maxRollbacks = maxRollbacks;
  }

  /** Asks the run to end after the step that it is in. */
  void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  /** From now on an alarm counts as active. */
  void alarm() {
    run.become(run.state().alarmed(QUIET_STEPS));
  }

  /** Obeys what has arrived; while paused, waits for more. */
  void obey() throws IOException, InterruptedException {
    if (link == null) {
      return;
    }
    for (int i = 0; i < MOST_BETWEEN_STEPS && !ended; i++) {
      Command command = link.poll();
      if (command == null) {
        break;
      }
      obey(command);
    }
    while (paused && !ended) {
      Command command = link.poll(PAUSE_LOOK);
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
    link.acknowledge(command, Status.ACCEPTED, run.state().step(), "");
    run.become(run.state().obeyed(command.id()));
    remember(command, Status.ACCEPTED, "");
    try {
      LOG.info("the monitor commands: {} {}", name(command), CommandArguments.shown(command));
      execute(command, command.instruction(CommandArguments.limits(run.state())));
    } catch (IllegalArgumentException e) {
      end(command, Status.REFUSED, e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("command {} failed", command.id(), e);
      end(command, Status.FAILED, e.toString());
    }
  }

  /** What an earlier process of this run obeyed is answered; anything else is refused. */
  private void answerAgain(Command command, long last) {
    Optional<Obedience.Answer> known =
        run.state().obedience().answerTo(command.id(), command.mark());
    if (known.isEmpty()) {
      refuse(
          command,
          "its id is not above %d, the last command that this run obeyed; is the monitor another one, or has it lost its memory?"
              .formatted(last));
      return;
    }
    Obedience.Answer answer = known.get();
    Status status = Status.valueOf(answer.status().toUpperCase(Locale.ROOT));
    if (status == Status.ACCEPTED) { // the checkpoint that was resumed is the command's own
      link.acknowledge(command, Status.DONE, answer.step(), "done before the run was resumed");
    } else {
      link.acknowledge(command, status, answer.step(), answer.detail());
    }
  }

  private void refuse(Command command, String why) {
    LOG.warn("command {} is refused: {}", command.id(), why);
    link.acknowledge(command, Status.REFUSED, run.state().step(), why);
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

  private void done(Command command, String detail) {
    end(command, Status.DONE, detail);
  }

  private void end(Command command, Status status, String detail) {
    link.acknowledge(command, status, run.state().step(), detail);
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
