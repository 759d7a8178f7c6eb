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
 * Collects a request's body up to a limit, whatever type it claims to be: {@code curl} calls line
 * protocol a form.
 *
 * <p>What was received counts as telemetry under way until the request is answered, so that many
 * slow senders of large bodies are answered 429 before they fill the memory; and a body must be
 * whole within a time, so that they do not keep others out for ever.
 */
public final class BodyCollector implements Handler<RoutingContext> {
  private static final String KEY = "body";

  /** Room made at once for a body of known length; more only as it comes. */
  private static final int EXPECTED_BYTES = 512 << 10;

  private final Engine engine;
  private final int maxBytes;
  private final int receiveSeconds;

  /** A collector that answers longer bodies with 413, slower ones with 408. */
  public BodyCollector(Engine engine, Limits limits) {
    this.engine = engine;
    this.maxBytes = limits.requests().bodyBytes();
    this.receiveSeconds = limits.requests().receiveSeconds();
  }

  /** The body collected. */
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
    request.handler(chunk -> take(ctx, body, chunk));
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

  private void take(RoutingContext ctx, Buffer body, Buffer chunk) {
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
    if (!ctx.failed()) { // otherwise it was answered before: too large, too slow
      refuse(ctx, new BrokenBodyException("the body is not whole or not well-formed", cause));
    }
  }

  private TooLargeException tooLarge() {
    return new TooLargeException("the body is longer than " + maxBytes + " bytes");
  }

  private TooSlowException tooSlow() {
    return new TooSlowException("the body was not whole within " + receiveSeconds + " s");
  }

  /** Vert.x would wait for the rest of the body before it closes the connection. */
  private void giveUp(RoutingContext ctx) {
    ctx.addEndHandler(end -> ctx.request().connection().close());
    refuse(ctx, tooSlow());
  }

  /** What is still to come of the body is not worth reading. */
  private static void refuse(RoutingContext ctx, RuntimeException reason) {
    ctx.response().putHeader("Connection", "close");
    ctx.fail(reason);
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }
}
