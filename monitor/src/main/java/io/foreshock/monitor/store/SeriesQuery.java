// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;

/**
 * What to read of a run's lines.
 *
 * @param fields their names; empty = all of the measurement
 * @param layer only this one; null = each
 * @param head only this attention head; null = all, folded together
 * @param segment only this one; null = each
 * @param fromStep first step
 * @param toStep last step
 * @param buckets most points per series, from 1
 */
public record SeriesQuery(
    String run,
    String measurement,
    List<String> fields,
    String layer,
    Integer head,
    Integer segment,
    long fromStep,
    long toStep,
    int buckets) {}
