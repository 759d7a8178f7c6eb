// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.live.LiveEvent;
import io.foreshock.monitor.live.LiveHub;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /api/v1/runs/{run}/live}: server-sent events.
 *
 * <p>A client that reads too slowly receives {@code overflow} and is disconnected. It reconnects by
 * itself and should then read the series again.
 */
record LiveApi(RunsApi runs, LiveHub live, int maxClients) {
  private static final int MAX_UNSENT_EVENTS = 4096;
  private static final int MAX_UNSENT_BYTES = 4 << 20;
  private static final long GRACE_MILLIS = 2_000;
  private static final long HEARTBEAT_MILLIS = 15_000;

  void stream(RoutingContext ctx) {
    String run = runs.view(ctx).run();
    if (live.subscriptions(LiveHub.Kind.STREAM) >= maxClients) {
      throw new ApiException(
          429, "there are " + maxClients + " live clients already, which is the limit");
    }
    HttpServerResponse response =
        ctx.response()
            .setChunked(true)
            .putHeader("Content-Type", "text/event-stream")
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Accel-Buffering", "no")
            .setWriteQueueMaxSize(MAX_UNSENT_BYTES);
    response.write(": live events of the run; a comment like this is a heartbeat\n\n");
    Context context = ctx.vertx().getOrCreateContext();
    AtomicInteger unsent = new AtomicInteger();
    LiveHub.Subscription subscription =
        live.subscribe(
            run,
            event -> {
              if (unsent.incrementAndGet() <= MAX_UNSENT_EVENTS) {
                context.runOnContext(
                    go -> {
                      unsent.decrementAndGet();
                      send(ctx, event);
                    });
              } else if (unsent.get() == MAX_UNSENT_EVENTS + 1) {
                context.runOnContext(go -> overflow(ctx));
              }
            });
    long heartbeat =
        ctx.vertx().setPeriodic(HEARTBEAT_MILLIS, id -> response.write(": heartbeat\n\n"));
    ctx.addEndHandler(
        end -> {
          subscription.close();
          ctx.vertx().cancelTimer(heartbeat);
        });
  }

  private static void send(RoutingContext ctx, LiveEvent event) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.writeQueueFull()) {
      overflow(ctx);
    } else {
      response.write("event: " + event.name() + "\ndata: " + event.data() + "\n\n");
    }
  }

  private static void overflow(RoutingContext ctx) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return;
    }
    ctx.response()
        .end("event: overflow\ndata: {\"message\":\"too slow; read the series again\"}\n\n");
    // otherwise a client that reads nothing would keep the written events in memory
    ctx.vertx().setTimer(GRACE_MILLIS, id -> ctx.request().connection().close());
  }
}
