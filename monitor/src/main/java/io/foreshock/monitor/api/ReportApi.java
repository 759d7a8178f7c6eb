// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.report.StoredRun;
import io.foreshock.monitor.store.Stores;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /api/v1/runs/{run}/report?format=html|json|md}: a run's post-mortem.
 *
 * <p>Reports are written off the event loop, {@value #AT_ONCE} at a time, because each reads a
 * whole run. Further requests are answered 429.
 */
final class ReportApi {
  private static final int AT_ONCE = 2;

  /** Forbids the page to load or run anything, so that a run's name cannot do so either. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  private final RunsApi runs;
  private final Stores stores;
  private final AtomicInteger writing = new AtomicInteger();

  ReportApi(RunsApi runs, Stores stores) {
    this.runs = runs;
    this.stores = stores;
  }

  void write(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    RunReport.Format format = RunReport.Format.of(ctx.request().getParam("format", "html"));
    write(ctx.vertx(), view, format)
        .onSuccess(
            text ->
                ctx.response()
                    .putHeader("Content-Type", format.contentType())
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("Content-Security-Policy", POLICY)
                    .end(text))
        .onFailure(
            failure -> {
              if (failure instanceof ApiException) {
                ctx.response().putHeader("Retry-After", "1");
              }
              ctx.fail(failure);
            });
  }

  /** Writes a run's report; fails with an {@link ApiException} while too many are being written. */
  Future<String> write(Vertx vertx, RunView view, RunReport.Format format) {
    if (writing.incrementAndGet() > AT_ONCE) {
      writing.decrementAndGet();
      return Future.failedFuture(
          new ApiException(429, AT_ONCE + " reports are being written; try again in a moment"));
    }
    return vertx
        .executeBlocking(() -> format.write(RunReport.of(new StoredRun(stores, view))), false)
        .onComplete(done -> writing.decrementAndGet());
  }
}
