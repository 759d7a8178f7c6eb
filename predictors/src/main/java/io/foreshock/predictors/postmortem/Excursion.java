// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

/**
 * A stretch off the course, by index into a series.
 *
 * @param rise whether upwards
 * @param gradual whether it rose so slowly that no sample stood out
 * @param start first sample off the course
 * @param peak the extreme one; the first non-finite one where there is any
 * @param end first sample back at its level, or the number of samples when none was
 * @param settled sample from which on the new level was taken for the course: at most {@code end}
 * @param before level before; NaN when there was none
 * @param margin how far off the course counted as off it
 */
record Excursion(
    boolean rise,
    boolean gradual,
    int start,
    int peak,
    int end,
    int settled,
    double before,
    double margin) {}
