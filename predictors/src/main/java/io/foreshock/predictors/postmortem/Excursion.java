// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

/**
 * A stretch of a series that is off the course, by index.
 *
 * @param rise whether it is above the course
 * @param gradual whether it rose so slowly that no single sample stood out
 * @param start first sample off the course
 * @param peak its extreme sample, or the first non-finite one
 * @param end first sample back at its level, or the number of samples when there is none
 * @param settled sample from which the new level counts as the course; at most {@code end}
 * @param before level before it; NaN when there was none
 * @param margin distance from which a sample counts as off the course
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
