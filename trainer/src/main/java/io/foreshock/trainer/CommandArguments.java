// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.Command;

/** Converts the arguments of a command, which are not trusted, for the run's current state. */
final class CommandArguments {
  private static final long MOST_STEPS = 1_000_000_000;
  private static final int MOST_RANGES = 1000;
  private static final int SHOWN_CHARACTERS = 300;

  private CommandArguments() {}

  /**
   * Returns the limits: a rollback goes to an earlier step, and skipped batches are near the next
   * one.
   */
  static Limits limits(TrainState state) {
    long furthest = Math.addExact(state.batch(), Instruction.MAX_SKIPPED_BATCHES);
    return new Limits(state.step(), furthest, MOST_STEPS, Double.MIN_VALUE);
  }

  /**
   * Returns the batches that a rollback skips.
   *
   * @throws IllegalArgumentException when the run already skips too many ranges
   */
  static BatchRange skipped(Instruction.Rollback rollback, TrainState state) {
    if (rollback.skip() == null) {
      return new BatchRange(0, 0);
    }
    if (rollback.skip().count() > 0 && state.skipped().size() >= MOST_RANGES) {
      throw new IllegalArgumentException(
          "skip_batches: this run already skips " + MOST_RANGES + " ranges, which is the limit");
    }
    return new BatchRange(rollback.skip().from(), rollback.skip().count());
  }

  /**
   * Returns what an {@code adjust} changes, and its last step; {@code Long.MAX_VALUE} without one.
   */
  static Adjustment adjustment(Instruction.Adjust adjust, TrainState state) {
    Number scale = adjust.learningRateScale();
    Number clip = adjust.gradientClip();
    return new Adjustment(
        scale == null ? 1 : scale.doubleValue(),
        clip == null ? null : clip.doubleValue(),
        adjust.forSteps() == null
            ? Long.MAX_VALUE
            : Math.addExact(state.step(), adjust.forSteps()));
  }

  /** Returns the arguments of a command for the log. */
  static String shown(Command command) {
    String text = command.arguments().toString();
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
