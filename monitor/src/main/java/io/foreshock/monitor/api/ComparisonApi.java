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
  private record Compared(
      String run, @Nullable ObjectNode summary, List<? extends List<Series>> curves) {}

  private record Answer(List<Compared> runs) {}

  void post(RoutingContext ctx) {
    ComparisonRequest request = ComparisonRequest.of(Answers.body(ctx, ComparisonRequest.KEYS));
    Answers.blocking(ctx, () -> json(request));
  }

  private String json(ComparisonRequest request) {
    List<Optional<RunView>> views =
        request.runs().stream().map(asked -> runs.view(asked.run())).toList();
    List<List<List<SeriesQuery>>> queries = new ArrayList<>(); // by run, curve and segment
    for (int i = 0; i < views.size(); i++) {
      ComparisonRequest.Asked asked = request.runs().get(i);
      Map<Integer, Long> living =
          Segment.living(views.get(i).map(RunView::segments).orElse(List.of()));
      queries.add(
          request.curves().stream()
              .map(curve -> curve.queries(asked, living, request.buckets()))
              .toList());
    }
    long statements = queries.stream().flatMap(List::stream).mapToLong(List::size).sum();
    if (statements > MOST_QUERIES) {
      throw new IllegalArgumentException(
          "%d curves of segments: expected at most %d; ask for fewer runs or curves"
              .formatted(statements, MOST_QUERIES));
    }
    Iterator<List<Series>> found =
        stores
            .series(queries.stream().flatMap(List::stream).flatMap(List::stream).toList())
            .iterator();
    List<Compared> compared = new ArrayList<>();
    for (int i = 0; i < views.size(); i++) {
      List<List<Series>> curves = new ArrayList<>();
      for (List<SeriesQuery> segments : queries.get(i)) {
        List<Series> curve = new ArrayList<>();
        segments.forEach(query -> curve.addAll(found.next()));
        curves.add(curve);
      }
      ObjectNode summary = views.get(i).map(RunsApi::json).orElse(null);
      compared.add(new Compared(request.runs().get(i).run(), summary, curves));
    }
    return Json.text(new Answer(compared));
  }
}
