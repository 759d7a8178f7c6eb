// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field of one layer in one segment, in buckets of steps that keep every extreme. Where the
 * values fit, a bucket is one step, and {@code min}, {@code max} and {@code mean} are its value.
 *
 * @param layer null for a whole-step field
 * @param step first step that has a value in the bucket
 * @param count values in the bucket
 */
public record Series(
    String field,
    @Nullable String layer,
    int segment,
    List<Long> step,
    List<Double> min,
    List<Double> max,
    List<Double> mean,
    List<Long> count) {

  static Series empty(String field, @Nullable String layer, int segment) {
    return new Series(
        field,
        layer,
        segment,
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  void add(long bucketStep, double bucketMin, double bucketMax, double bucketMean, long values) {
    step.add(bucketStep);
    min.add(bucketMin);
    max.add(bucketMax);
    mean.add(bucketMean);
    count.add(values);
  }
}
