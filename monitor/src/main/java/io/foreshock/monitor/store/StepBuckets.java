// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers values by step into buckets. A bucket is one step while the values fit; when a series has
 * too many buckets, all become twice as wide. So no extreme is lost, and the answer bounds the
 * memory.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(log buckets) per value.
 */
final class StepBuckets {
  private record Id(String field, @Nullable String layer, int segment) {}

  private static final class Bucket {
    long step = Long.MAX_VALUE;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum;
    long count;

    void add(long atStep, double low, double high, double total, long values) {
      step = Math.min(step, atStep);
      min = Math.min(min, low);
      max = Math.max(max, high);
      sum += total;
      count += values;
    }
  }

  private final int maxBuckets;
  private final Map<Id, TreeMap<Long, Bucket>> series = new LinkedHashMap<>();
  private long width = 1;

  /**
   * Creates an empty collection.
   *
   * @param maxBuckets most buckets of each series, from 1
   */
  StepBuckets(int maxBuckets) {
    this.maxBuckets = maxBuckets;
  }

  /** Adds a value; {@code layer} is null for a whole-step field. */
  void add(String field, @Nullable String layer, int segment, long step, double value) {
    TreeMap<Long, Bucket> buckets =
        series.computeIfAbsent(new Id(field, layer, segment), id -> new TreeMap<>());
    buckets
        .computeIfAbsent(Math.floorDiv(step, width), index -> new Bucket())
        .add(step, value, value, value, 1);
    while (buckets.size() > maxBuckets) {
      width *= 2;
      series.values().forEach(StepBuckets::halve);
    }
  }

  /** The series, by field, then layer in order of the model, then segment. */
  List<Series> series() {
    List<Id> ids = new ArrayList<>(series.keySet());
    ids.sort(
        Comparator.comparing(Id::field)
            .thenComparing(id -> id.layer == null ? "" : id.layer, StepBuckets::compareLayers)
            .thenComparing(Id::segment));
    return ids.stream().map(id -> series(id, series.getOrDefault(id, new TreeMap<>()))).toList();
  }

  private static Series series(Id id, TreeMap<Long, Bucket> buckets) {
    Series result = Series.empty(id.field, id.layer, id.segment);
    for (Bucket bucket : buckets.values()) {
      result.add(bucket.step, bucket.min, bucket.max, bucket.sum / bucket.count, bucket.count);
    }
    return result;
  }

  private static void halve(TreeMap<Long, Bucket> buckets) {
    TreeMap<Long, Bucket> wider = new TreeMap<>();
    buckets.forEach(
        (index, b) ->
            wider
                .computeIfAbsent(Math.floorDiv(index, 2L), half -> new Bucket())
                .add(b.step, b.min, b.max, b.sum, b.count));
    buckets.clear();
    buckets.putAll(wider);
  }

  /** Compares layers, numbers by value, so that layer 10 comes after layer 9. */
  private static int compareLayers(String a, String b) {
    boolean numbers = a.matches("[0-9]+") && b.matches("[0-9]+");
    return numbers && a.length() != b.length()
        ? Integer.compare(a.length(), b.length())
        : a.compareTo(b);
  }
}
