// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Point;
import org.jspecify.annotations.Nullable;

/**
 * One field that no signal's column holds: a text, or a field of an unknown measurement or name.
 *
 * @param tags the line's tags except run, layer and segment, as {@code key=value,…} in order of
 *     key, escaped as in line protocol
 * @param layer the tag of that name, or empty
 * @param step the line's step, or the run's newest one where the line has none
 * @param ownStep the line's step, or {@link #NO_STEP}; the same in a line that is sent again
 * @param number the number; null when the field is text or non-finite
 * @param text the text; null when the field is a number
 * @param type the type that was sent
 */
record FieldRow(
    String run,
    String measurement,
    String tags,
    String layer,
    String field,
    int segment,
    long step,
    long ownStep,
    long timeNanos,
    @Nullable Double number,
    @Nullable String text,
    Point.FieldType type) {
  /** The {@link #ownStep} of a line that has none. */
  static final long NO_STEP = -1;
}
