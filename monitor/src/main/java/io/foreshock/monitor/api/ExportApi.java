// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.store.ExportQuery;
import io.foreshock.monitor.store.Exports;
import io.foreshock.monitor.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/runs/{run}/export?format=parquet|csv|lp&measurement=&fields=}: all values of a
 * run, as {@link ExportQuery} describes them.
 *
 * <p>The store writes a file, which is then sent and deleted. When the client goes away, the export
 * ends.
 */
final class ExportApi {
  private static final int MOST_NAME = 100;
  private static final long WARN_HOURS = 1;

  private final RunsApi runs;
  private final @Nullable Exports exports;
  private final WorkerExecutor writers;

  ExportApi(Vertx vertx, RunsApi runs, Stores stores, MonitorConfig config) {
    this.runs = runs;
    this.exports =
        stores
            .embedded()
            .map(store -> Exports.of(store, config.data(), config.limits().disk().freeBytes()))
            .orElse(null);
    // threads of its own, because an export may take minutes
    this.writers =
        vertx.createSharedWorkerExecutor("export", Exports.AT_ONCE, WARN_HOURS, TimeUnit.HOURS);
  }

  void read(RoutingContext ctx) {
    String run = runs.view(ctx).run();
    ExportQuery query =
        new ExportQuery(
            run,
            ExportQuery.Format.of(ctx.request().getParam("format", "parquet")),
            Answers.name(ctx, "measurement"),
            Answers.names(ctx, "fields"));
    Exports.Export export = begin(ctx, query);
    ctx.response().closeHandler(gone -> export.close()); // the client went away
    writers
        .executeBlocking(export::write, false)
        .compose(
            file -> {
              ctx.response()
                  .putHeader("Content-Type", query.format().contentType())
                  .putHeader("Content-Disposition", "attachment; filename=\"" + name(query) + "\"")
                  .putHeader("Cache-Control", "no-store");
              return ctx.response().sendFile(file.toString());
            })
        .onFailure(
            failure -> {
              if (!ctx.response().closed()) {
                ctx.fail(failure);
              }
            })
        .onComplete(done -> export.close());
  }

  private Exports.Export begin(RoutingContext ctx, ExportQuery query) {
    if (exports == null) {
      throw new ApiException(
          501,
          "telemetry is in InfluxDB alone (store.kind), which has exports of its own; with"
              + " store.kind: both the monitor exports too");
    }
    Exports.Export export = exports.begin(query);
    if (export == null) {
      ctx.response().putHeader("Retry-After", "5");
      throw new ApiException(
          429, Exports.AT_ONCE + " exports are being written or sent; try again in a moment");
    }
    return export;
  }

  /** A file name that no file system and no header misreads. */
  private static String name(ExportQuery query) {
    String safe = query.run().replaceAll("[^A-Za-z0-9._-]+", "_");
    return "foreshock-"
        + safe.substring(0, Math.min(MOST_NAME, safe.length()))
        + "."
        + query.format().suffix();
  }
}
