// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.Command;
import io.foreshock.trainer.link.Command.Status;
import io.foreshock.trainer.link.CommandLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Obeys the monitor's commands, and the wish to end, between two steps.
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

  private final Run run;
  private final CommandLink link; // null: nobody commands
  private volatile boolean ended;
  private boolean paused;

  Control(Run run, CommandLink link) {
    this.run = run;
    this.link = link;
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
    for (Command c = link.poll(); c != null && !ended; c = link.poll()) {
      obey(c);
    }
    while (paused && !ended) {
      Command command = link.poll(PAUSE_LOOK);
      if (command != null) {
        obey(command);
      }
    }
  }

  private void obey(Command command) {
    if (command.id() <= run.state().lastCommand()) {
      return; // given again; it is done
    }
    acknowledge(command, Status.ACCEPTED, "");
    run.become(run.state().obeyed(command.id()));
    try {
      LOG.info("the monitor commands: {} {}", command.kind(), command.arguments());
      execute(command);
    } catch (IllegalArgumentException | ArithmeticException e) {
      acknowledge(command, Status.REFUSED, e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("command {} failed", command.id(), e);
      acknowledge(command, Status.FAILED, e.toString());
    }
  }

  private void execute(Command command) throws IOException {
    switch (command.kind()) {
      case CHECKPOINT -> {
        alarm();
        done(command, "saved as " + save());
      }
      case ROLLBACK -> rollBack(command);
      case ADJUST -> adjust(command);
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
      case UNKNOWN -> throw new IllegalArgumentException("this trainer knows no such command");
    }
  }

  private Path save() throws IOException {
    Optional<Path> file = run.save();
    return file.orElseThrow(
        () -> new IllegalArgumentException("checkpointing is off: --checkpoints is not given"));
  }

  private void rollBack(Command command) throws IOException {
    JsonNode toStep = command.arguments().path("to_step");
    JsonNode skip = command.arguments().path("skip_batches");
    if (!toStep.isIntegralNumber() || toStep.asLong() < 0) {
      throw new IllegalArgumentException("to_step = " + toStep + ": expected an integer from 0");
    }
    BatchRange range = new BatchRange(skip.path("from").asLong(0), skip.path("count").asLong(0));
    long left = run.state().step();
    if (!run.rollBack(toStep.asLong(), range)) {
      throw new IllegalArgumentException("no checkpoint at or before step " + toStep);
    }
    done(
        command,
        "from step %d to the checkpoint at step %d; next batch %d"
            .formatted(left, run.state().step(), run.state().batch()));
  }

  private void adjust(Command command) {
    JsonNode arguments = command.arguments();
    JsonNode clip = arguments.path("gradient_clip");
    double scale = arguments.path("learning_rate_scale").asDouble(1);
    if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY) || clip.asDouble(0) < 0) {
      throw new IllegalArgumentException(
          "learning_rate_scale and gradient_clip must be at least 0: " + arguments);
    }
    JsonNode steps = arguments.path("for_steps");
    long until =
        steps.isNumber() ? Math.addExact(run.state().step(), steps.asLong()) : Long.MAX_VALUE;
    run.become(
        run.state()
            .adjusted(new Adjustment(scale, clip.isNumber() ? clip.asDouble() : null, until)));
    done(command, steps.isNumber() ? "up to step " + until : "for the rest of the run");
  }

  private void done(Command command, String detail) {
    acknowledge(command, Status.DONE, detail);
  }

  private void acknowledge(Command command, Status status, String detail) {
    link.acknowledge(command, status, run.state().step(), detail);
  }
}
