// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Limits of the arguments of a command, where it is read. Types, the largest factor, the largest
 * norm and the most batches to leave out are the same everywhere.
 *
 * @param mostToStep last step to which a rollback may go back
 * @param mostFrom last batch at which batches to leave out may begin
 * @param mostForSteps most steps for which an adjustment may hold
 * @param leastScale smallest factor of the learning rate; {@link Double#MIN_VALUE} for any above 0
 */
public record Limits(long mostToStep, long mostFrom, long mostForSteps, double leastScale) {
  /** Limits for a person who writes to a monitor, which does not know the run's current step. */
  public static final Limits OF_A_PERSON =
      new Limits(
          Instruction.MAX_NUMBER,
          Instruction.MAX_NUMBER - Instruction.MAX_SKIPPED_BATCHES,
          Instruction.MAX_NUMBER,
          1e-6);

  private static final double MOST_SCALE = 10;

  /** Keeps a norm in float32 far from overflow. */
  private static final double MOST_CLIP = 1e9;

  void check(CommandName command, Map<String, ?> arguments) {
    List<String> problems = new ArrayList<>();
    arguments.forEach(
        (name, value) -> {
          String expected = expected(command, name, value);
          if (expected != null) {
            problems.add(name + " = " + Quoted.of(value) + ": " + expected);
          }
        });
    if (command == CommandName.ROLLBACK && !arguments.containsKey("to_step")) {
      problems.add("to_step is missing: expected the step to go back to");
    }
    if (command == CommandName.ADJUST
        && !arguments.containsKey("learning_rate_scale")
        && !arguments.containsKey("gradient_clip")) {
      problems.add("adjust needs learning_rate_scale or gradient_clip");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(command.wireName() + ": " + String.join("; ", problems));
    }
  }

  /** Returns what was expected instead of the value; null when the value is allowed. */
  private @Nullable String expected(CommandName command, String name, Object value) {
    if (!command.arguments().contains(name)) {
      return "unknown; expected " + new TreeSet<>(command.arguments());
    }
    return switch (name) {
      case "to_step" ->
          isInteger(value, 0, mostToStep) ? null : "expected a step, from 0" + to(mostToStep);
      case "for_steps" ->
          isInteger(value, 1, mostForSteps)
              ? null
              : "expected a number of steps, from 1" + to(mostForSteps);
      case "skip_batches" ->
          isSkip(value)
              ? null
              : "expected {\"from\": batch%s, \"count\": number up to %s}"
                  .formatted(to(mostFrom), Instruction.MAX_SKIPPED_BATCHES);
      case "learning_rate_scale" ->
          isNumber(value, leastScale, MOST_SCALE) ? null : "expected a factor " + scales();
      case "gradient_clip" ->
          isNumber(value, 0, MOST_CLIP) ? null : "expected a norm from 0 to 1e9; 0 = off";
      default -> null;
    };
  }

  /** Names the limit, unless it only keeps numbers exact. */
  private static String to(long most) {
    return most >= OF_A_PERSON.mostFrom ? "" : " to " + most;
  }

  private String scales() {
    return leastScale == OF_A_PERSON.leastScale ? "from 0.000001 to 10" : "above 0, at most 10";
  }

  private boolean isSkip(Object value) {
    return value instanceof Map<?, ?> batches
        && batches.size() == 2
        && isInteger(batches.get("from"), 0, mostFrom)
        && isInteger(batches.get("count"), 0, Instruction.MAX_SKIPPED_BATCHES);
  }

  /** Whether the value is an integer from {@code least} to {@code most}; 7.0 is not. */
  private static boolean isInteger(@Nullable Object value, long least, long most) {
    return (value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most;
  }

  /** Whether the value is a number within the limits; 1e999 is not. */
  private static boolean isNumber(Object value, double least, double most) {
    return value instanceof Number number
        && number.doubleValue() >= least
        && number.doubleValue() <= most;
  }
}
