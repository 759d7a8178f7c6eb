// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.control.ControlException;
import io.foreshock.monitor.ingest.TooLargeException;
import io.foreshock.monitor.ingest.TooSlowException;
import io.foreshock.monitor.journal.NoRoomException;
import io.foreshock.monitor.json.Json;
import io.foreshock.monitor.pipeline.SaturatedException;
import io.foreshock.monitor.store.StoreException;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every failure as a status and {@code {"code","message"}}: the one place that decides. */
final class ErrorBodies {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorBodies.class);
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final String RETRY_WHEN_FULL_SECONDS = "10";

  private ErrorBodies() {}

  /** Answers a failed request. */
  static void answer(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure == null) {
      answer(ctx, ctx.statusCode(), null);
    } else if (failure instanceof ApiException e) {
      answer(ctx, e.status(), e.getMessage());
    } else if (failure instanceof IllegalArgumentException) {
      answer(ctx, 400, failure.getMessage());
    } else if (failure instanceof ControlException e) {
      answer(ctx, e.missing() ? 404 : 409, e.getMessage());
    } else if (failure instanceof TooLargeException) {
      answer(ctx, 413, failure.getMessage());
    } else if (failure instanceof TooSlowException) {
      answer(ctx, 408, failure.getMessage());
    } else if (failure instanceof SaturatedException) {
      ctx.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
      answer(ctx, 429, failure.getMessage());
    } else if (failure instanceof StoreException) {
      answer(ctx, 503, failure.getMessage());
    } else if (failure instanceof NoRoomException) {
      ctx.response().putHeader("Retry-After", RETRY_WHEN_FULL_SECONDS);
      answer(ctx, 503, "the journal has no room: " + failure.getMessage());
    } else if (failure instanceof IOException) {
      ctx.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
      answer(ctx, 503, "the journal cannot be written: " + failure.getMessage());
    } else {
      LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
      answer(ctx, 500, "internal error; the monitor's log has the cause");
    }
  }

  private static void answer(RoutingContext ctx, int status, String message) {
    if (ctx.response().headWritten()) {
      ctx.response().reset();
      return;
    }
    int known = status >= 400 ? status : 500;
    ctx.response()
        .setStatusCode(known)
        .putHeader("Content-Type", "application/json")
        .end(
            Json.text(
                Json.object()
                    .put("code", code(known))
                    .put("message", message == null ? explanation(known) : message)));
  }

  private static String code(int status) {
    return switch (status) {
      case 400 -> "invalid";
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "not found";
      case 405 -> "method not allowed";
      case 408 -> "too slow";
      case 409 -> "conflict";
      case 413 -> "request too large";
      case 429 -> "too many requests";
      case 503 -> "unavailable";
      default -> "internal error";
    };
  }

  private static String explanation(int status) {
    return switch (status) {
      case 404 -> "no such path; /openapi.json lists them";
      case 405 -> "this path does not take that method; /openapi.json lists what it takes";
      case 413 -> "the body is over the limit (limits.body_bytes)";
      default -> "the request cannot be answered";
    };
  }
}
