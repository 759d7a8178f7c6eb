// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.wire.PreflightJson;
import io.foreshock.predictors.telemetry.RunConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /api/v1/forecast}: what the runs there have been say of a configuration. */
final class ForecastApi {
  private final Engine engine;

  ForecastApi(Engine engine) {
    this.engine = engine;
  }

  void post(RoutingContext ctx) {
    RunConfig config = PreflightJson.config(Answers.body(ctx));
    Context context = ctx.vertx().getOrCreateContext();
    Future.fromCompletionStage(engine.preflight(config), context)
        .onSuccess(preflight -> Answers.json(ctx, PreflightJson.of(preflight)))
        .onFailure(ctx::fail);
  }
}
