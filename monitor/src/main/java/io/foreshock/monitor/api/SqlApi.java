// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.ingest.BodyCollector;
import io.foreshock.monitor.store.sql.SqlAnswer;
import io.foreshock.monitor.store.sql.SqlDoor;
import io.foreshock.monitor.store.sql.SqlLimits;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/sql?statement=…}, or {@code POST} with the statement as the body: answers one
 * SELECT over the store, as {@link SqlDoor} bounds it.
 *
 * <p>{@code format} is json or csv, {@code rows} the most rows of the answer.
 */
final class SqlApi {
  private static final int MAX_ROWS = 100_000;

  private final @Nullable SqlDoor door;
  private final WorkerExecutor workers;

  SqlApi(Vertx vertx, @Nullable SqlDoor door) {
    this.door = door;
    // threads of its own, which wait for processes; one more to refuse further statements
    this.workers =
        vertx.createSharedWorkerExecutor("sql", SqlDoor.AT_ONCE + 1, 5, TimeUnit.MINUTES);
  }

  void get(RoutingContext ctx) {
    answer(ctx, ctx.request().getParam("statement", ""));
  }

  void post(RoutingContext ctx) {
    answer(ctx, BodyCollector.body(ctx).toString());
  }

  private void answer(RoutingContext ctx, String statement) {
    SqlDoor open = door;
    if (open == null) {
      throw new ApiException(
          501,
          "telemetry is in InfluxDB alone (store.kind), which has queries of its own; with"
              + " store.kind: both the monitor answers SQL too");
    }
    SqlAnswer.Format format = format(ctx.request().getParam("format", "json"));
    long rows = Answers.integer(ctx, "rows", SqlLimits.OF_API.rows(), 1, MAX_ROWS);
    SqlLimits limits = SqlLimits.OF_API.withRows((int) rows);
    workers
        .executeBlocking(() -> open.answer(statement, format, limits), false)
        .onSuccess(answer -> end(ctx, format, answer))
        .onFailure(ctx::fail);
  }

  private static void end(RoutingContext ctx, SqlAnswer.Format format, Optional<SqlAnswer> answer) {
    if (answer.isEmpty()) {
      ctx.response().putHeader("Retry-After", "1");
      ctx.fail(
          new ApiException(
              429, SqlDoor.AT_ONCE + " statements are running; try again in a moment"));
      return;
    }
    if (format == SqlAnswer.Format.CSV) {
      ctx.response()
          .putHeader("Content-Type", "text/csv; charset=utf-8")
          .putHeader("X-Foreshock-Truncated", String.valueOf(answer.get().truncated()))
          .putHeader("Cache-Control", "no-store")
          .end(Buffer.buffer(answer.get().body()));
    } else {
      Answers.text(ctx, Buffer.buffer(answer.get().body()));
    }
  }

  private static SqlAnswer.Format format(String name) {
    return switch (name) {
      case "json" -> SqlAnswer.Format.JSON;
      case "csv" -> SqlAnswer.Format.CSV;
      default ->
          throw new IllegalArgumentException("format = '" + name + "': expected json or csv");
    };
  }
}
