// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.store.Series;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.Segment;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/comparison}: several runs side by side, each as {@code GET /runs/{run}} has
 * it, with curves of the steps that led to its newest one.
 *
 * <p>One request for all runs, because as many requests take several times as long.
 */
record ComparisonApi(Runs runs, Stores stores) {
  private static final int MOST_QUERIES = 2000;

  /**
   * A run of the answer.
   *
   * @param summary null when the run is unknown
   * @param curves for each requested curve its series by field, layer and segment
   */
  private record Compared(String run, @Nullable ObjectNode summary, List<List<Series>> curves) {}

  private record Answer(List<Compared> runs) {}

  /** What is to be read of a run: for each curve a query of each segment. */
  private record Part(String run, Optional<RunView> view, List<List<SeriesQuery>> curves) {
    /** The answer, for which the series of its queries are taken from those that were found. */
    Compared with(Iterator<List<Series>> found) {
      List<List<Series>> series = new ArrayList<>();
      for (List<SeriesQuery> segments : curves) {
        List<Series> curve = new ArrayList<>();
        segments.forEach(query -> curve.addAll(found.next()));
        series.add(curve);
      }
      return new Compared(run, view.map(RunsApi::json).orElse(null), series);
    }
  }

  void post(RoutingContext ctx) {
    ComparisonRequest request = ComparisonRequest.of(Answers.body(ctx, ComparisonRequest.KEYS));
    Answers.blocking(ctx, () -> json(request));
  }

  private String json(ComparisonRequest request) {
    List<Part> parts = request.runs().stream().map(asked -> part(asked, request)).toList();
    List<SeriesQuery> queries =
        parts.stream().flatMap(part -> part.curves.stream()).flatMap(List::stream).toList();
    if (queries.size() > MOST_QUERIES) {
      throw new IllegalArgumentException(
          "%d curves of segments: expected at most %d; ask for fewer runs or curves"
              .formatted(queries.size(), MOST_QUERIES));
    }
    Iterator<List<Series>> found = stores.series(queries).iterator();
    return Json.text(new Answer(parts.stream().map(part -> part.with(found)).toList()));
  }

  private Part part(ComparisonRequest.Asked asked, ComparisonRequest request) {
    Optional<RunView> view = runs.view(asked.run());
    Map<Integer, Long> living = Segment.living(view.map(RunView::segments).orElse(List.of()));
    return new Part(
        asked.run(),
        view,
        request.curves().stream()
            .map(curve -> curve.queries(asked, living, request.buckets()))
            .toList());
  }
}
