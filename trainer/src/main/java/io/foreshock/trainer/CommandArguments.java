// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.Command;

/** What a command's arguments come to where the run stands; whatever gave them is not trusted. */
final class CommandArguments {
  private static final long MOST_STEPS = 1_000_000_000;
  private static final int MOST_RANGES = 1000;
  private static final int SHOWN_CHARACTERS = 300;

  private CommandArguments() {}

  /** A rollback does not lead ahead; the batches that it leaves out are near the next ones. */
  static Limits limits(TrainState state) {
    long furthest = Math.addExact(state.batch(), Instruction.MAX_SKIPPED_BATCHES);
    return new Limits(state.step(), furthest, MOST_STEPS, Double.MIN_VALUE);
  }

  /**
   * The batches that a rollback leaves out.
   *
   * @throws IllegalArgumentException when the run leaves out too many ranges already
   */
  static BatchRange skipped(Instruction.Rollback rollback, TrainState state) {
    if (rollback.skip() == null) {
      return new BatchRange(0, 0);
    }
    if (rollback.skip().count() > 0 && state.skipped().size() >= MOST_RANGES) {
      throw new IllegalArgumentException(
          "skip_batches: this run leaves out " + MOST_RANGES + " ranges already, the limit");
    }
    return new BatchRange(rollback.skip().from(), rollback.skip().count());
  }

  /** What an {@code adjust} changes, and up to which step; {@code Long.MAX_VALUE} without one. */
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

  /** A command's arguments for the log. */
  static String shown(Command command) {
    String text = command.arguments().toString();
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
