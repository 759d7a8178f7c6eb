// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.ControlException;
import io.foreshock.monitor.ingest.BodyException;
import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.journal.NoRoomException;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.pipeline.SaturatedException;
import io.foreshock.monitor.store.StoreException;
import io.foreshock.monitor.wire.Json;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps every failure to a status and a body; the only place that does.
 *
 * @param form writes the body; the API's own is {@code {"code","message"}}
 */
record ErrorBodies(Meters meters, ErrorForm form) {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorBodies.class);
  private static final String RETRY_AFTER_SECONDS = "1";
  private static final String RETRY_WHEN_FULL_SECONDS = "10";

  /** Creates the API's own error bodies. */
  ErrorBodies(Meters meters) {
    this(
        meters,
        (request, status, code, message) -> end(request.response(), status, body(status, message)));
  }

  /** Answers a failed request. */
  void answer(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure == null) {
      answer(ctx, ctx.statusCode(), null);
    } else if (failure instanceof ApiException e) {
      answer(ctx, e.status(), e.getMessage());
    } else if (failure instanceof Refusal e) {
      if (e.retrySeconds() > 0) {
        ctx.response().putHeader("Retry-After", String.valueOf(e.retrySeconds()));
      }
      answer(ctx, e.status(), e.code(), e.getMessage());
    } else if (failure instanceof IllegalArgumentException) {
      answer(ctx, 400, failure.getMessage());
    } else if (failure instanceof ControlException e) {
      answer(ctx, e.missing() ? 404 : 409, e.getMessage());
    } else if (failure instanceof BodyException e && e.getCause() == null) {
      answer(ctx, e.status(), e.getMessage());
    } else if (failure instanceof BodyException) {
      brokenBody(ctx, failure);
    } else if (failure instanceof SaturatedException) {
      ctx.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
      answer(ctx, 429, failure.getMessage());
    } else if (failure instanceof StoreException) {
      answer(ctx, 503, failure.getMessage());
    } else if (failure instanceof NoRoomException) {
      ctx.response().putHeader("Retry-After", RETRY_WHEN_FULL_SECONDS);
      answer(ctx, 503, "the journal has no room: " + failure.getMessage());
    } else if (failure instanceof VertxException && ctx.statusCode() < 500) {
      answer(ctx, ctx.statusCode(), failure.getMessage()); // the router refused it
    } else if (failure instanceof IOException) {
      ctx.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
      answer(ctx, 503, "the journal cannot be written: " + failure.getMessage());
    } else {
      LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
      answer(ctx, 500, "internal error; the monitor's log has the cause");
    }
  }

  /**
   * Answers that the store cannot be read, and adds the alarms that are known without it.
   *
   * @param alarms the contract's objects, oldest first
   */
  static void answerWithAlarms(RoutingContext ctx, StoreException unread, ArrayNode alarms) {
    String message = unread.getMessage() + "; \"alarms\" holds those that are known without it";
    ObjectNode body = body(503, message);
    body.set("alarms", alarms);
    end(ctx.response(), 503, body);
  }

  /** Answers a request whose path or query the router could not decode. */
  void undecodablePath(RoutingContext ctx) {
    malformed(ctx.request(), 400, "path and query: expected %-encoding");
  }

  /** Answers a request that is no well-formed HTTP, and closes its connection. */
  void malformed(HttpServerRequest request, int status, String message) {
    meters.malformed();
    LOG.debug("{}: malformed request: {}", request.remoteAddress(), message);
    closing(request, status, message);
  }

  /** Answers bytes that are no request at all; {@link #connectionFailed} counts them. */
  void undecodable(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    int status =
        cause instanceof TooLongHttpLineException
            ? 414
            : cause instanceof TooLongHttpHeaderException ? 431 : 400;
    closing(request, status, null);
  }

  /** Counts and logs a failure of a connection: garbage in place of a request, or a reset. */
  void connectionFailed(Throwable cause) {
    if (!(cause instanceof IOException)) { // such as a reset by the peer
      meters.malformed();
    }
    LOG.debug("a connection failed", cause);
  }

  private void brokenBody(RoutingContext ctx, Throwable failure) {
    if (failure.getCause() instanceof HttpClosedException) {
      meters.malformed(); // the others are counted with their connection
    }
    LOG.debug("{}: {}", ctx.request().remoteAddress(), failure.getMessage(), failure.getCause());
    answer(ctx, 400, failure.getMessage());
    if (ctx.request().connection() instanceof ConnectionBase connection) {
      connection.channel().flush(); // otherwise Vert.x closes it before the answer is sent
    }
  }

  /** Answers and closes the connection, because the rest of it is not worth reading. */
  private static void closing(HttpServerRequest request, int status, @Nullable String message) {
    request.response().putHeader("Connection", "close");
    end(request.response(), status, message);
    request.connection().close();
  }

  private void answer(RoutingContext ctx, int status, @Nullable String message) {
    answer(ctx, status, null, message);
  }

  private void answer(
      RoutingContext ctx, int status, @Nullable String code, @Nullable String message) {
    if (ctx.response().headWritten()) {
      ctx.response().reset();
      return;
    }
    int known = status >= 400 ? status : 500;
    form.end(ctx.request(), known, code, message == null ? explanation(known) : message);
  }

  private static void end(HttpServerResponse response, int status, @Nullable String message) {
    int known = status >= 400 ? status : 500;
    end(response, known, body(known, message));
  }

  private static void end(HttpServerResponse response, int status, ObjectNode body) {
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(Json.text(body));
  }

  private static ObjectNode body(int status, @Nullable String message) {
    return Json.object()
        .put("code", code(status))
        .put("message", message == null ? explanation(status) : message);
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
      case 414, 431 -> "request too long";
      case 429 -> "too many requests";
      case 501 -> "not implemented";
      case 503 -> "unavailable";
      default -> "internal error";
    };
  }

  private static String explanation(int status) {
    return switch (status) {
      case 400 -> "expected a request of HTTP/1.1";
      case 414 -> "the request's first line is too long";
      case 431 -> "the request's headers are too long";
      case 404 -> "no such path; /openapi.json lists them";
      case 405 -> "this path has no such method; /openapi.json lists its methods";
      case 413 -> "the body is over the limit (limits.body_bytes)";
      default -> "the request cannot be answered";
    };
  }
}
