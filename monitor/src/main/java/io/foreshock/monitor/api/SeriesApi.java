// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.store.Series;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** {@code GET /api/v1/runs/{run}/series}: a run's values in buckets. */
record SeriesApi(RunsApi runs, Stores stores) {
  private static final int DEFAULT_BUCKETS = 2000;
  private static final int MAX_BUCKETS = 100_000;

  void read(RoutingContext ctx) {
    SeriesQuery query = query(ctx);
    Answers.blocking(ctx, () -> json(query));
  }

  /** The values of a run; reads the store. */
  String json(SeriesQuery query) {
    return Json.text(new Answer(query.run(), query.measurement(), stores.series(query)));
  }

  private record Answer(String run, String measurement, List<Series> series) {}

  private SeriesQuery query(RoutingContext ctx) {
    String layer = ctx.request().getParam("layer", "");
    int head = (int) Answers.integer(ctx, "head", -1, 0, Integer.MAX_VALUE);
    int segment = (int) Answers.integer(ctx, "segment", -1, 0, Integer.MAX_VALUE);
    return new SeriesQuery(
        runs.view(ctx).run(),
        ctx.request().getParam("measurement", "train_step"),
        Answers.names(ctx, "fields"),
        layer.isEmpty() ? null : layer,
        head < 0 ? null : (Integer) head,
        segment < 0 ? null : (Integer) segment,
        Answers.integer(ctx, "from", 0, 0, Long.MAX_VALUE),
        Answers.integer(ctx, "to", Long.MAX_VALUE, 0, Long.MAX_VALUE),
        (int) Answers.integer(ctx, "buckets", DEFAULT_BUCKETS, 1, MAX_BUCKETS));
  }
}
