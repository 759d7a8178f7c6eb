// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.StoredNames;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.store.Series;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.StoreException;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients read back of a run, from the monitor's runs and stores.
 *
 * <p>Metrics have Foreshock's names: {@code train/loss} is returned as {@code loss}. A store that
 * cannot be read gives no metrics, because a client that only ends its run reads them too.
 */
record RunData(Vertx vertx, Runs runs, Stores stores, StoredNames names) {
  private static final Logger LOG = LoggerFactory.getLogger(RunData.class);
  private static final String STEPS = "train_step";
  private static final int MAX_POINTS = 25_000;

  CompletionStage<ObjectNode> of(TrackedRun run) {
    return of(List.of(run)).thenApply(all -> all.get(0));
  }

  CompletionStage<List<ObjectNode>> of(List<TrackedRun> tracked) {
    return vertx
        .executeBlocking(() -> tracked.stream().map(this::read).toList(), false)
        .toCompletionStage();
  }

  /** All values of a metric; of a long run in buckets of which each has its mean. */
  CompletionStage<ObjectNode> history(TrackedRun run, String key) {
    return vertx.executeBlocking(() -> read(run, key), false).toCompletionStage();
  }

  private ObjectNode read(TrackedRun run) {
    Map<String, Object> params =
        runs.view(run.run()).map(view -> view.configuration().fields()).orElse(Map.of());
    List<ObjectNode> metrics = new ArrayList<>();
    try {
      stores.signals(run.run()).stream()
          .filter(signal -> signal.measurement().equals(STEPS) || isOwn(signal.measurement()))
          .filter(signal -> signal.layers().isEmpty())
          .forEach(
              signal ->
                  metrics.add(
                      Forms.metric(
                          signal.field(),
                          signal.lastValue(),
                          newestMillis(run),
                          Math.max(0, signal.lastStep()))));
    } catch (StoreException e) {
      LOG.debug("MLflow: run {} is returned without metrics", run.run(), e);
    }
    return Forms.of(run, params, metrics);
  }

  private ObjectNode read(TrackedRun run, String key) {
    ArrayNode values = Json.MAPPER.createArrayNode();
    for (String measurement : List.of(STEPS, LineText.METRICS)) {
      String field = measurement.equals(STEPS) ? names.of(key) : key;
      SeriesQuery query =
          new SeriesQuery(
              run.run(),
              measurement,
              List.of(field),
              null,
              null,
              null,
              0,
              Long.MAX_VALUE,
              MAX_POINTS);
      for (Series series : stores.series(query)) {
        for (int i = 0; i < series.step().size(); i++) {
          long step = series.step().get(i);
          values.add(Forms.metric(key, series.mean().get(i), newestMillis(run), step));
        }
      }
    }
    ObjectNode json = Json.object();
    json.set("metrics", values);
    return json;
  }

  private long newestMillis(TrackedRun run) {
    return runs.view(run.run())
            .map(RunView::newest)
            .map(RunView.Newest::timeNanos)
            .orElse(run.life().startMillis() * 1_000_000)
        / 1_000_000;
  }

  private static boolean isOwn(String measurement) {
    return measurement.equals(LineText.METRICS);
  }
}
