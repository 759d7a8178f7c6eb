// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The losses of a run over its whole life, in at most {@value #BUCKETS} buckets of equally many
 * steps. Each bucket keeps its lowest and its highest loss, so a spike of one step stays visible
 * however long the run lasts. When there are too many buckets, all become twice as wide.
 *
 * <p><b>Rollback.</b> A loss of a step that is not after the newest one removes the losses from its
 * step on. Where both extremes of a bucket were later, the bucket is removed.
 *
 * <p><b>Threads.</b> Not safe; a {@link #copy} does not change with the original. <b>Cost.</b> O(1)
 * per loss, and no allocation.
 */
final class Sparkline {
  private static final int BUCKETS = 20;

  private long width = 1;
  private int size;
  private final long[] first = new long[BUCKETS];
  private final long[] lowStep = new long[BUCKETS];
  private final long[] highStep = new long[BUCKETS];

  /** Lowest loss of each bucket; NaN when it had no finite one. */
  private final double[] low = new double[BUCKETS];

  private final double[] high = new double[BUCKETS];
  private long newest = -1;

  Sparkline copy() {
    Sparkline copy = new Sparkline();
    copy.width = width;
    copy.size = size;
    copy.newest = newest;
    System.arraycopy(first, 0, copy.first, 0, size);
    System.arraycopy(lowStep, 0, copy.lowStep, 0, size);
    System.arraycopy(highStep, 0, copy.highStep, 0, size);
    System.arraycopy(low, 0, copy.low, 0, size);
    System.arraycopy(high, 0, copy.high, 0, size);
    return copy;
  }

  /**
   * Adds the loss of a step.
   *
   * @param loss NaN when it was not finite
   */
  void add(long step, double loss) {
    if (step <= newest) {
      cutFrom(step);
    }
    newest = step;
    boolean opens = size == 0 || first[size - 1] / width != step / width;
    while (opens && size == BUCKETS) {
      widen();
      opens = first[size - 1] / width != step / width;
    }
    if (opens) {
      set(size++, step, step, loss, step, loss);
    } else {
      merge(size - 1, step, loss, step, loss);
    }
  }

  /**
   * The losses, oldest first: one for a bucket of one loss, otherwise its two extremes in the order
   * of their steps; null for a bucket without a finite loss.
   */
  List<@Nullable Double> losses() {
    List<@Nullable Double> losses = new ArrayList<>(2 * size);
    for (int i = 0; i < size; i++) {
      boolean lowFirst = lowStep[i] <= highStep[i];
      losses.add(Json.finite(lowFirst ? low[i] : high[i]));
      if (lowStep[i] != highStep[i]) {
        losses.add(Json.finite(lowFirst ? high[i] : low[i]));
      }
    }
    return losses;
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("width", width).put("newest", newest);
    ArrayNode buckets = json.putArray("buckets");
    for (int i = 0; i < size; i++) {
      ArrayNode bucket = buckets.addArray().add(first[i]).add(lowStep[i]).add(highStep[i]);
      if (!Double.isNaN(low[i])) {
        bucket.add(low[i]).add(high[i]);
      }
    }
    return json;
  }

  static Sparkline read(JsonNode json) {
    Sparkline read = new Sparkline();
    read.width = Math.max(1, json.path("width").asLong());
    read.newest = json.path("newest").asLong(-1);
    for (JsonNode bucket : json.path("buckets")) {
      if (read.size < BUCKETS) {
        read.set(
            read.size++,
            bucket.path(0).asLong(),
            bucket.path(1).asLong(),
            bucket.path(3).asDouble(Double.NaN),
            bucket.path(2).asLong(),
            bucket.path(4).asDouble(Double.NaN));
      }
    }
    return read;
  }

  private void cutFrom(long step) {
    while (size > 0 && lowStep[size - 1] >= step && highStep[size - 1] >= step) {
      size--;
    }
    int last = size - 1;
    if (size > 0 && lowStep[last] >= step) {
      set(last, first[last], highStep[last], high[last], highStep[last], high[last]);
    } else if (size > 0 && highStep[last] >= step) {
      set(last, first[last], lowStep[last], low[last], lowStep[last], low[last]);
    }
  }

  /** Makes the buckets twice as wide. */
  private void widen() {
    width *= 2;
    int count = size;
    size = 0;
    for (int i = 0; i < count; i++) {
      if (size > 0 && first[size - 1] / width == first[i] / width) {
        merge(size - 1, lowStep[i], low[i], highStep[i], high[i]);
      } else {
        set(size++, first[i], lowStep[i], low[i], highStep[i], high[i]);
      }
    }
  }

  private void merge(int bucket, long atLow, double newLow, long atHigh, double newHigh) {
    if (Double.isNaN(low[bucket]) || newLow < low[bucket]) {
      low[bucket] = newLow;
      lowStep[bucket] = atLow;
    }
    if (Double.isNaN(high[bucket]) || newHigh > high[bucket]) {
      high[bucket] = newHigh;
      highStep[bucket] = atHigh;
    }
  }

  private void set(
      int bucket, long firstStep, long atLow, double newLow, long atHigh, double newHigh) {
    first[bucket] = firstStep;
    lowStep[bucket] = atLow;
    low[bucket] = newLow;
    highStep[bucket] = atHigh;
    high[bucket] = newHigh;
  }
}
