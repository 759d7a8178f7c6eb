// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.store.SeriesQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request for several runs.
 *
 * @param curves may be empty; then only the runs themselves are requested
 * @param buckets most points of a series
 */
record ComparisonRequest(List<Asked> runs, List<Curve> curves, int buckets) {
  static final Set<String> KEYS = Set.of("runs", "curves", "buckets");

  private static final int MOST_RUNS = 100;
  private static final int MOST_CURVES = 50;
  private static final int DEFAULT_BUCKETS = 300;
  private static final int MOST_BUCKETS = 2000;

  /** Most points of one series of all runs and curves together. */
  private static final int MOST_POINTS = 200_000;

  /** A run, and the range of steps of its curves. */
  record Asked(String run, long from, long to) {
    private static final Set<String> KEYS = Set.of("run", "from", "to");

    static Asked of(JsonNode json) {
      refuseOthers(json, KEYS);
      return new Asked(
          name(json, "run"),
          json.hasNonNull("from") ? Answers.step(json.get("from")) : 0,
          json.hasNonNull("to") ? Answers.step(json.get("to")) : Long.MAX_VALUE);
    }
  }

  /**
   * What to draw.
   *
   * @param fields at least one
   * @param layer only this one; null = each
   */
  record Curve(String measurement, List<String> fields, @Nullable String layer) {
    private static final Set<String> KEYS = Set.of("measurement", "fields", "layer");

    static Curve of(JsonNode json) {
      refuseOthers(json, KEYS);
      List<String> fields = array(json, "fields", 1, 100, ComparisonRequest::text);
      return new Curve(
          json.hasNonNull("measurement") ? name(json, "measurement") : "train_step",
          fields,
          json.hasNonNull("layer") ? name(json, "layer") : null);
    }

    /**
     * The queries of a run.
     *
     * @param living its segments, each with its last step that led to the newest one
     */
    List<SeriesQuery> queries(Asked asked, Map<Integer, Long> living, int buckets) {
      List<SeriesQuery> queries = new ArrayList<>();
      living.forEach(
          (segment, last) ->
              queries.add(
                  new SeriesQuery(
                      asked.run,
                      measurement,
                      fields,
                      layer,
                      null,
                      segment,
                      asked.from,
                      Math.min(asked.to, last),
                      buckets)));
      return queries;
    }
  }

  /**
   * Reads a body.
   *
   * @throws IllegalArgumentException when it says something else
   */
  static ComparisonRequest of(JsonNode body) {
    JsonNode buckets = body.path("buckets");
    if (!buckets.isMissingNode()
        && !(buckets.isInt() && buckets.intValue() >= 1 && buckets.intValue() <= MOST_BUCKETS)) {
      throw new IllegalArgumentException(
          "buckets = " + buckets + ": expected an integer from 1 to " + MOST_BUCKETS);
    }
    ComparisonRequest request =
        new ComparisonRequest(
            array(body, "runs", 1, MOST_RUNS, Asked::of),
            body.hasNonNull("curves")
                ? array(body, "curves", 0, MOST_CURVES, Curve::of)
                : List.of(),
            buckets.asInt(DEFAULT_BUCKETS));
    int points = request.runs.size() * request.curves.size() * request.buckets;
    if (points > MOST_POINTS) {
      throw new IllegalArgumentException(
          "%d runs × %d curves × %d buckets: expected at most %d"
              .formatted(request.runs.size(), request.curves.size(), request.buckets, MOST_POINTS));
    }
    return request;
  }

  private static <T> List<T> array(
      JsonNode json, String key, int least, int most, Function<JsonNode, T> form) {
    JsonNode array = json.path(key);
    if (!array.isArray() || array.size() < least || array.size() > most) {
      throw new IllegalArgumentException(
          "%s: expected an array of %d to %d".formatted(key, least, most));
    }
    return StreamSupport.stream(array.spliterator(), false).map(form).toList();
  }

  private static String text(JsonNode text) {
    if (!text.isTextual() || text.asText().isEmpty()) {
      throw new IllegalArgumentException(
          "'%s': expected a text in run, measurement, layer and fields".formatted(text));
    }
    return text.asText();
  }

  private static String name(JsonNode json, String key) {
    return text(json.path(key));
  }

  private static void refuseOthers(JsonNode json, Set<String> keys) {
    if (!json.isObject()) {
      throw new IllegalArgumentException(json + ": expected an object");
    }
    Answers.refuseOthers(json, keys);
  }
}
