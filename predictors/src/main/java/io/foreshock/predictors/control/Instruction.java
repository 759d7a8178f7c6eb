// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a command tells a training run to do: its name and its arguments, as in the contract,
 * section 3.
 *
 * <p>The records hold what they are given. {@link #checked} holds arguments that somebody wrote
 * against their limits; what the monitor's own policy decides, or gave before, is not refused here.
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

  /** Save a checkpoint now. */
  record Checkpoint() implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.CHECKPOINT;
    }
  }

  /**
   * Go back to the newest checkpoint at or before a step.
   *
   * @param skip batches to leave out from then on; null when none are
   */
  record Rollback(long toStep, Skip skip) implements Instruction {
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
   * <p>Numbers are kept as they were given, 1 as well as 1.0: a training run tells two commands of
   * one id apart by the text of their arguments.
   *
   * @param learningRateScale factor of the scheduled learning rate; null leaves that
   * @param gradientClip largest gradient norm, 0 = no clipping; null leaves the configured one
   * @param forSteps how long; null for the rest of the run
   */
  record Adjust(Number learningRateScale, Number gradientClip, Long forSteps)
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

  /** Wait, after the step under way. */
  record Pause() implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.PAUSE;
    }
  }

  /** Train on after a pause. */
  record Resume() implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.RESUME;
    }
  }

  /** End the run, after the step under way. */
  record Stop() implements Instruction {
    @Override
    public CommandName name() {
      return CommandName.STOP;
    }
  }

  /**
   * The instruction in a command that somebody wrote.
   *
   * @param arguments names to values of any type
   * @param limits what the reader takes
   * @throws IllegalArgumentException naming every argument that is unknown, missing, of a wrong
   *     type or beyond the limits, with its value and what was expected
   */
  static Instruction checked(CommandName name, Map<String, ?> arguments, Limits limits) {
    limits.check(name, arguments);
    return of(name, arguments);
  }

  /**
   * The instruction in a command that was checked when it was given. Nothing is refused: an
   * argument that is missing or no number reads as 0 where it must be there, as absent otherwise.
   */
  static Instruction of(CommandName name, Map<String, ?> arguments) {
    return switch (name) {
      case CHECKPOINT -> new Checkpoint();
      case ROLLBACK -> new Rollback(integer(arguments, "to_step"), skip(arguments));
      case ADJUST ->
          new Adjust(
              number(arguments, "learning_rate_scale"),
              number(arguments, "gradient_clip"),
              number(arguments, "for_steps") == null ? null : integer(arguments, "for_steps"));
      case PAUSE -> new Pause();
      case RESUME -> new Resume();
      case STOP -> new Stop();
    };
  }

  private static Skip skip(Map<String, ?> arguments) {
    return arguments.get("skip_batches") instanceof Map<?, ?> batches
        ? new Skip(integer(batches, "from"), integer(batches, "count"))
        : null;
  }

  private static Number number(Map<?, ?> arguments, String name) {
    return arguments.get(name) instanceof Number number ? number : null;
  }

  private static long integer(Map<?, ?> arguments, String name) {
    Number number = number(arguments, name);
    return number == null ? 0 : number.longValue();
  }
}
