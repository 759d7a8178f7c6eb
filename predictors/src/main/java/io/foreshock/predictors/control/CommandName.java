// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** The commands that a training run obeys. */
public enum CommandName {
  CHECKPOINT(),
  ROLLBACK("to_step", "skip_batches"),
  ADJUST("learning_rate_scale", "gradient_clip", "for_steps"),
  PAUSE(),
  RESUME(),
  STOP();

  private final Set<String> arguments;

  CommandName(String... arguments) {
    this.arguments = Set.of(arguments);
  }

  /** Names of the arguments that it may have. */
  public Set<String> arguments() {
    return arguments;
  }

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the command of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static CommandName of(String wireName) {
    return Arrays.stream(values())
        .filter(name -> name.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "command = '" + wireName + "': expected one of " + names()));
  }

  private static String names() {
    return String.join(", ", Arrays.stream(values()).map(CommandName::wireName).toList());
  }
}
