// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command orders a training run to do: its name and its arguments, as in section 3 of the
 * contract.
 *
 * <p>The records accept any values. {@link #checked} compares arguments that a person wrote with
 * their limits; commands of the monitor's own policy and commands that were accepted before are not
 * checked here.
 *
 * <p><b>Threads.</b> Immutable.
 */
public sealed interface Instruction {
  /** Largest step, batch or id: JSON readers that use doubles keep it exact. */
  long MAX_NUMBER = (1L << 53) - 1;

  /** Most batches that one rollback may leave out. */
  long MAX_SKIPPED_BATCHES = 1_000_000;

  /** The command's name. */
  CommandName name();

  /** The command's arguments: names to numbers, or maps of them; empty when it has none. */
  default Map<String, Object> arguments() {
    return Map.of();
  }

  /** An instruction that the name says alone: checkpoint, pause, resume or stop. */
  record Plain(CommandName name) implements Instruction {}

  /**
   * Go back to the newest checkpoint at or before a step.
   *
   * @param skip batches to leave out from then on, if any
   */
  record Rollback(long toStep, @Nullable Skip skip) implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.ROLLBACK;
    }

    @Override
    public Map<String, Object> arguments() {
      Map<String, Object> arguments = new LinkedHashMap<>();
      arguments.put("to_step", toStep);
      if (skip != null) {
        Map<String, Object> batches = new LinkedHashMap<>();
        batches.put("from", skip.from());
        batches.put("count", skip.count());
        arguments.put("skip_batches", batches);
      }
      return arguments;
    }
  }

  /** Batches from the one with index {@code from} on, {@code count} of them. */
  record Skip(long from, long count) {}

  /**
   * Train with another learning rate or another clipping.
   *
   * <p>Numbers are kept as they were given, 1 as well as 1.0: a training run compares two commands
   * of one id by the text of their arguments.
   *
   * @param learningRateScale factor of the scheduled learning rate; null leaves it unchanged
   * @param gradientClip largest gradient norm, 0 = no clipping; null leaves it unchanged
   * @param forSteps number of steps; null for the rest of the run
   */
  record Adjust(
      @Nullable Number learningRateScale, @Nullable Number gradientClip, @Nullable Long forSteps)
      implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.ADJUST;
    }

    @Override
    public Map<String, Object> arguments() {
      Map<String, Object> arguments = new LinkedHashMap<>();
      arguments.put("learning_rate_scale", learningRateScale);
      arguments.put("gradient_clip", gradientClip);
      arguments.put("for_steps", forSteps);
      arguments.values().removeIf(value -> value == null);
      return arguments;
    }
  }

  /**
   * Returns the instruction of a command that a person wrote.
   *
   * @param arguments names to values of any type
   * @param limits what the reader accepts
   * @throws IllegalArgumentException naming every argument that is unknown, missing, of a wrong
   *     type or beyond the limits, with its value and what was expected
   */
  static Instruction checked(CommandName name, Map<String, ?> arguments, Limits limits) {
    limits.check(name, arguments);
    return of(name, arguments);
  }

  /**
   * Returns the instruction of a command that was checked before. Nothing is rejected: a required
   * argument that is missing or not a number is 0, an optional one is absent.
   */
  static Instruction of(CommandName name, Map<String, ?> arguments) {
    return switch (name) {
      case CHECKPOINT, PAUSE, RESUME, STOP -> new Plain(name);
      case ROLLBACK -> new Rollback(integer(arguments, "to_step"), skip(arguments));
      case ADJUST ->
          new Adjust(
              number(arguments, "learning_rate_scale"),
              number(arguments, "gradient_clip"),
              steps(arguments));
    };
  }

  private static @Nullable Skip skip(Map<String, ?> arguments) {
    return arguments.get("skip_batches") instanceof Map<?, ?> batches
        ? new Skip(integer(batches, "from"), integer(batches, "count"))
        : null;
  }

  private static @Nullable Number number(Map<?, ?> arguments, String name) {
    return arguments.get(name) instanceof Number number ? number : null;
  }

  private static @Nullable Long steps(Map<?, ?> arguments) {
    Number steps = number(arguments, "for_steps");
    return steps == null ? null : steps.longValue();
  }

  private static long integer(Map<?, ?> arguments, String name) {
    Number number = number(arguments, name);
    return number == null ? 0 : number.longValue();
  }
}
