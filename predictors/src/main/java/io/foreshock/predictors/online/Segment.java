// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

/**
 * A stretch of a run between two rollbacks or resumes.
 *
 * @param index from 0, rising with time
 * @param parent segment it continues; -1 for the first
 * @param fromStep step of the checkpoint it started at: 0 for the first, else the step after which
 *     it branched off its parent
 * @param lastStep newest step seen in it
 * @param startedNanos time of its first line
 * @param live false once a later segment branched off
 */
public record Segment(
    int index, int parent, long fromStep, long lastStep, long startedNanos, boolean live) {}
