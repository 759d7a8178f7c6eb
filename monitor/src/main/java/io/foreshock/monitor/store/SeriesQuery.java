// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query for values of a run.
 *
 * @param fields their names; empty = all of the measurement. {@code time} of steps and layers is
 *     the time of the lines
 * @param layer only this one; null = each
 * @param head only this attention head; null = all, merged
 * @param segment only this one; null = each
 * @param fromStep first step
 * @param toStep last step
 * @param buckets most points per series, from 1
 */
public record SeriesQuery(
    String run,
    String measurement,
    List<String> fields,
    @Nullable String layer,
    @Nullable Integer head,
    @Nullable Integer segment,
    long fromStep,
    long toStep,
    int buckets) {

  /** Name under which the time of lines is requested like a field of steps or layers. */
  static final String TIME = "time";

  /** Whether the time of the lines is requested, in seconds since the epoch. */
  boolean asksTime() {
    return fields.contains(TIME) && Measurement.ofSamples(measurement) != null;
  }

  /** Everything of a measurement, in as many points as there are. */
  static SeriesQuery all(String run, String measurement) {
    return new SeriesQuery(
        run, measurement, List.of(), null, null, null, 0, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** This query of another run. */
  SeriesQuery of(String other) {
    return new SeriesQuery(
        other, measurement, fields, layer, head, segment, fromStep, toStep, buckets);
  }
}
