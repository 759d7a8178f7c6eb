// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.regex.Pattern;

/** Name of a series of values in a TensorBoard file, and where the series is. */
final class Tag {
  /** Another axis than the step, as Megatron and its forks write each value once more. */
  private static final Pattern OTHER_AXIS =
      Pattern.compile(
          ".*[ _-]vs\\.?[ _-].*(sample|token|second|hour|time|flop|flos|example|sequence).*");

  /** Whether the values of a tag are scalars, as the first metadata of the tag says. */
  enum Kind {
    UNKNOWN,
    SCALARS,
    OTHER
  }

  final String name;

  /** Whether the values are passed on. */
  final boolean used;

  /** Whether the values are of an evaluation. */
  final boolean evaluation;

  Kind kind = Kind.UNKNOWN;

  /** The step of the last value; meaningful within one {@link #launch}. */
  long lastStep;

  /** The start of the program in which the last value was written. */
  int launch = -1;

  /** Number of the step, in the order of the log, in which the last value was. */
  long lastSerial = -1;

  /** Number of the point that the last value went to. */
  long lastPoint = -1;

  Tag(String name) {
    this.name = name;
    // the event tells the step, and a point has it once
    this.used =
        !name.isEmpty() && !name.equals(Telemetry.STEP) && !OTHER_AXIS.matcher(name).matches();
    this.evaluation = Evaluations.isName(name);
  }
}
