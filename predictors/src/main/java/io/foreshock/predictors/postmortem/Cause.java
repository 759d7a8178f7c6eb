// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened right before an onset. It is a coincidence in time, not a proof.
 *
 * @param step step at which it happened
 * @param name name of the setting or signal
 * @param before its value before; null if it had none
 * @param after its value after; null if it has none
 */
public record Cause(
    Kind kind, long step, String name, @Nullable Object before, @Nullable Object after) {
  /** What happened. The wire name is the lower-case name. */
  public enum Kind {
    /** The run started again from a checkpoint; {@code before} and {@code after} are segments. */
    RESUME,
    /** The learning rate changed by a factor of {@value Causes#FACTOR} or more. */
    LEARNING_RATE,
    /**
     * The learning rate had grown by such a factor over the {@value Causes#RAMP_STEPS} steps
     * before.
     */
    LEARNING_RATE_RAMP,
    /** The number of tokens in a step changed by such a factor. */
    BATCH_SIZE,
    /** A setting was announced with another value. */
    CONFIGURATION,
    /** The index of the data went back, so that data were repeated. */
    DATA_REWOUND;

    /** Name in JSON. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
