// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.wire.PreflightJson;
import io.foreshock.predictors.telemetry.RunConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /api/v1/preflight}: judges a configuration by the runs that have ended. */
record PreflightApi(Engine engine) {
  void post(RoutingContext ctx) {
    RunConfig config = PreflightJson.config(Answers.body(ctx));
    Context context = ctx.vertx().getOrCreateContext();
    Future.fromCompletionStage(engine.preflight(config), context)
        .onSuccess(preflight -> Answers.json(ctx, PreflightJson.of(preflight)))
        .onFailure(ctx::fail);
  }
}
