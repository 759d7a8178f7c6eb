// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.SaturatedException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Collects a request's body up to a limit. It ignores the content type, because {@code curl} sends
 * line protocol as a form.
 *
 * <p>Received bytes count as telemetry in flight until the request is answered. So many slow
 * senders of large bodies get 429 before they fill the memory. A body must be complete within a
 * time, so that slow senders do not keep others out for ever.
 */
public final class BodyCollector implements Handler<RoutingContext> {
  private static final String KEY = "body";

  /**
   * Most bytes allocated at once for a body of declared length; more are allocated as they come.
   */
  private static final int EXPECTED_BYTES = 512 << 10;

  private final Engine engine;
  private final int maxBytes;
  private final int receiveSeconds;

  /** Creates a collector that answers longer bodies with 413 and slower ones with 408. */
  public BodyCollector(Engine engine, Limits limits) {
    this.engine = engine;
    this.maxBytes = limits.requests().bodyBytes();
    this.receiveSeconds = limits.requests().receiveSeconds();
  }

  /** The collected body. */
  public static Buffer body(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (declaredLength(request) > maxBytes) {
      refuse(ctx, tooLarge());
      return;
    }
    Buffer body = Buffer.buffer((int) Math.min(declaredLength(request), EXPECTED_BYTES));
    long timer = ctx.vertx().setTimer(receiveSeconds * 1000L, id -> giveUp(ctx));
    ctx.addEndHandler(
        end -> {
          ctx.vertx().cancelTimer(timer);
          engine.release(body.length());
        });
    request.handler(chunk -> append(ctx, body, chunk));
    request.exceptionHandler(cause -> broken(ctx, cause));
    request.endHandler(
        end -> {
          ctx.vertx().cancelTimer(timer);
          if (!ctx.failed()) {
            ctx.put(KEY, body);
            ctx.next();
          }
        });
  }

  private void append(RoutingContext ctx, Buffer body, Buffer chunk) {
    if (ctx.failed()) {
      return;
    }
    if (body.length() + chunk.length() > maxBytes) {
      refuse(ctx, tooLarge());
      return;
    }
    try {
      engine.admit(chunk.length());
      body.appendBuffer(chunk);
    } catch (SaturatedException e) {
      refuse(ctx, e);
    }
  }

  private static void broken(RoutingContext ctx, Throwable cause) {
    if (!ctx.failed()) { // otherwise it was answered before, such as with "too large"
      refuse(ctx, new BodyException(400, "the body is incomplete or not well-formed", cause));
    }
  }

  private BodyException tooLarge() {
    return BodyException.tooLarge("the body is longer than " + maxBytes + " bytes");
  }

  /** Closes the connection itself, because Vert.x would first wait for the rest of the body. */
  private void giveUp(RoutingContext ctx) {
    ctx.addEndHandler(end -> ctx.request().connection().close());
    String message = "the body was not complete within " + receiveSeconds + " s";
    refuse(ctx, new BodyException(408, message, null));
  }

  /** Answers and closes the connection, because the rest of the body is not worth reading. */
  private static void refuse(RoutingContext ctx, RuntimeException reason) {
    ctx.response().putHeader("Connection", "close");
    ctx.fail(reason);
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }
}
