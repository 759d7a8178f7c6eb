// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.Command;

/**
 * What a command's arguments may be; whatever gave them is not trusted.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} with name, value and expectation. An argument
 * that is null counts as missing.
 */
final class CommandArguments {
  private static final double MOST_SCALE = 10;

  /** Beyond it a norm in float32 comes near its end. */
  private static final double MOST_CLIP = 1e9;

  private static final long MOST_STEPS = 1_000_000_000;
  private static final long MOST_BATCHES = 1_000_000;
  private static final int MOST_RANGES = 1000;
  private static final int SHOWN_CHARACTERS = 300;

  private CommandArguments() {}

  /** Where a rollback leads: not ahead. */
  static long toStep(JsonNode arguments, TrainState state) {
    return integer(arguments.path("to_step"), "to_step", 0, state.step());
  }

  /** The batches that a rollback leaves out, near those that come next. */
  static BatchRange skipped(JsonNode arguments, TrainState state) {
    JsonNode skip = arguments.path("skip_batches");
    if (isMissing(skip)) {
      return new BatchRange(0, 0);
    }
    long furthest = Math.addExact(state.batch(), MOST_BATCHES);
    long from = integer(skip.path("from"), "skip_batches.from", 0, furthest);
    long count = integer(skip.path("count"), "skip_batches.count", 0, MOST_BATCHES);
    if (count > 0 && state.skipped().size() >= MOST_RANGES) {
      throw new IllegalArgumentException(
          "skip_batches: this run leaves out " + MOST_RANGES + " ranges already, the limit");
    }
    return new BatchRange(from, count);
  }

  /** What an {@code adjust} changes, and up to which step; {@code Long.MAX_VALUE} without one. */
  static Adjustment adjustment(JsonNode arguments, TrainState state) {
    JsonNode scale = arguments.path("learning_rate_scale");
    JsonNode clip = arguments.path("gradient_clip");
    JsonNode steps = arguments.path("for_steps");
    if (isMissing(scale) && isMissing(clip)) {
      throw new IllegalArgumentException("expected learning_rate_scale or gradient_clip");
    }
    require(
        isMissing(scale) || isWithin(scale, Double.MIN_VALUE, MOST_SCALE),
        "learning_rate_scale",
        scale,
        "a factor above 0, at most 10");
    require(
        isMissing(clip) || isWithin(clip, 0, MOST_CLIP),
        "gradient_clip",
        clip,
        "a norm from 0 to 1e9; 0 = off");
    long until =
        isMissing(steps)
            ? Long.MAX_VALUE
            : Math.addExact(state.step(), integer(steps, "for_steps", 1, MOST_STEPS));
    return new Adjustment(
        isMissing(scale) ? 1 : scale.doubleValue(),
        isMissing(clip) ? null : clip.doubleValue(),
        until);
  }

  /** A command's arguments for the log. */
  static String shown(Command command) {
    return shown(command.arguments());
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }

  private static boolean isMissing(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  /** False for what is no number, also for 1e999. */
  private static boolean isWithin(JsonNode value, double least, double most) {
    return value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most;
  }

  private static long integer(JsonNode value, String name, long least, long most) {
    boolean fits =
        value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() >= least
            && value.longValue() <= most;
    require(fits, name, value, "an integer from " + least + " to " + most);
    return value.longValue();
  }

  private static void require(boolean holds, String name, JsonNode value, String expected) {
    if (!holds) {
      String given = value.isMissingNode() ? "missing" : shown(value);
      throw new IllegalArgumentException(name + " = " + given + ": expected " + expected);
    }
  }
}
