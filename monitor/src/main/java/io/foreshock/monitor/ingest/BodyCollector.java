// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Collects a request's body up to a limit, whatever type it claims to be: {@code curl} calls line
 * protocol a form.
 */
public final class BodyCollector implements Handler<RoutingContext> {
  private static final String KEY = "body";

  private final int maxBytes;

  /** A collector that answers longer bodies with 413. */
  public BodyCollector(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The body collected. */
  public static Buffer body(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (declaredLength(request) > maxBytes) {
      refuse(ctx);
      return;
    }
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (!ctx.failed() && body.length() + chunk.length() <= maxBytes) {
            body.appendBuffer(chunk);
          } else if (!ctx.failed()) {
            refuse(ctx);
          }
        });
    request.exceptionHandler(ctx::fail);
    request.endHandler(
        end -> {
          if (!ctx.failed()) {
            ctx.put(KEY, body);
            ctx.next();
          }
        });
  }

  /** What is still to come of the body is not worth reading. */
  private void refuse(RoutingContext ctx) {
    ctx.response().putHeader("Connection", "close");
    ctx.fail(new TooLargeException("the body is longer than " + maxBytes + " bytes"));
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null || !length.matches("[0-9]{1,18}") ? 0 : Long.parseLong(length);
  }
}
