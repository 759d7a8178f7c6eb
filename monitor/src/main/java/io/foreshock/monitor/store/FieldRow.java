// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Point;

/**
 * One field that no signal's column holds: of an unknown measurement, an unknown name, or text.
 *
 * @param tags the line's tags but run, layer and segment, as {@code key=value,…} in order of key,
 *     escaped as in line protocol
 * @param layer the tag of that name, or empty
 * @param step the line's step, or the run's newest one where the line has none
 * @param number null when the field is text or not finite
 * @param text null when the field is a number
 * @param type as it was sent
 */
record FieldRow(
    String run,
    String measurement,
    String tags,
    String layer,
    String field,
    int segment,
    long step,
    long timeNanos,
    Double number,
    String text,
    Point.FieldType type) {}
