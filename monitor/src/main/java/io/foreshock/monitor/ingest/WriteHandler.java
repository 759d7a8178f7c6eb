// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Outcome;
import io.foreshock.monitor.pipeline.Precision;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code POST /api/v2/write} and {@code POST /write}: InfluxDB's write API.
 *
 * <p>The event loop only decompresses and passes the text on. The answer is 204 when all lines are
 * accepted, and 400 with the first bad line when some are malformed. It is 429 when there is no
 * room for some. Good lines are kept in each case. The router answers failures.
 *
 * @param engine what it writes into, within {@code limits}
 */
public record WriteHandler(Engine engine, Limits limits) implements Handler<RoutingContext> {
  /** A run leaves memory a minute after its end, or when it is saved and silent. */
  private static final String RETRY_WITHOUT_ROOM_SECONDS = "30";

  @Override
  public void handle(RoutingContext ctx) {
    Precision precision = Precision.of(ctx.request().getParam("precision"));
    Future.fromCompletionStage(
            engine.write(RequestBody.decoded(ctx, limits), precision),
            ctx.vertx().getOrCreateContext())
        .onSuccess(outcome -> answer(ctx, outcome))
        .onFailure(ctx::fail);
  }

  private static void answer(RoutingContext ctx, Outcome outcome) {
    if (outcome.dropped() == 0) {
      ctx.response().setStatusCode(204).end();
      return;
    }
    String message =
        "line %s: %s; %s of %s lines dropped, the others kept"
            .formatted(
                outcome.firstBadLine(),
                outcome.message(),
                outcome.dropped(),
                outcome.taken() + outcome.dropped());
    boolean again = outcome.noRoom() != null;
    if (again) {
      ctx.response().putHeader("Retry-After", RETRY_WITHOUT_ROOM_SECONDS);
      message += "; send them again later: " + outcome.noRoom();
    }
    ctx.response()
        .setStatusCode(again ? 429 : 400)
        .putHeader("Content-Type", "application/json")
        .end(
            Json.text(
                Json.object()
                    .put("code", again ? "too many requests" : "invalid")
                    .put("message", message)
                    .put("line", outcome.firstBadLine())
                    .put("dropped", outcome.dropped())));
  }
}
