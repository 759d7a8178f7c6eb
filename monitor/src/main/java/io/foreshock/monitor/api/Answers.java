// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.ingest.BodyCollector;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.control.Instruction;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Helpers that read a request's parameters and body and write its answer. */
final class Answers {
  private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int MOST_BY = 200;

  private Answers() {}

  static void json(RoutingContext ctx, JsonNode json) {
    json(ctx, 200, json);
  }

  static void json(RoutingContext ctx, int status, JsonNode json) {
    ctx.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(Json.text(json));
  }

  /** Answers with JSON text that takes a while to make, off the event loop. */
  static void blocking(RoutingContext ctx, Callable<String> json) {
    ctx.vertx()
        .executeBlocking(json, false)
        .onSuccess(text -> text(ctx, text))
        .onFailure(ctx::fail);
  }

  /** Answers with a JSON text. */
  static void text(RoutingContext ctx, String json) {
    text(ctx, Buffer.buffer(json));
  }

  /** Answers with a JSON text in UTF-8. */
  static void text(RoutingContext ctx, Buffer json) {
    ctx.response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(json);
  }

  /** An integer parameter; {@code fallback} when absent. */
  static long integer(RoutingContext ctx, String name, long fallback, long min, long max) {
    String text = ctx.request().getParam(name);
    if (text == null || text.isEmpty()) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // refused below, as a number out of range
    }
    throw new IllegalArgumentException(
        name + " = '" + text + "': expected an integer from " + min + " to " + max);
  }

  /** A parameter that is {@code true} or {@code false}; false when absent. */
  static boolean flag(RoutingContext ctx, String name) {
    String text = ctx.request().getParam(name, "");
    return switch (text) {
      case "true" -> true;
      case "false", "" -> false;
      default ->
          throw new IllegalArgumentException(name + " = '" + text + "': expected true or false");
    };
  }

  /**
   * A time in nanoseconds since the epoch, from a parameter in ISO-8601 or in seconds since the
   * epoch. A time that no {@code long} of nanoseconds holds becomes the nearest one that it does.
   */
  static long nanos(RoutingContext ctx, String name, long fallback) {
    String text = ctx.request().getParam(name, "");
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      BigDecimal seconds =
          text.matches("[0-9]{1,10}(\\.[0-9]{1,9})?")
              ? new BigDecimal(text)
              : seconds(OffsetDateTime.parse(text).toInstant());
      return seconds.movePointRight(9).min(MAX_NANOS).max(MAX_NANOS.negate()).longValueExact();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          name
              + " = '"
              + text
              + "': expected a time such as 2026-11-30T08:00:00Z, or seconds since the epoch",
          e);
    }
  }

  private static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond()).add(BigDecimal.valueOf(time.getNano(), 9));
  }

  /**
   * Sets the header that leads to the next page.
   *
   * @param after where this page ends
   * @param parameters those of this request that the next one has too
   */
  static void nextPage(RoutingContext ctx, String after, List<String> parameters) {
    StringBuilder query = new StringBuilder("after=").append(after);
    for (String parameter : parameters) {
      String value = ctx.request().getParam(parameter, "");
      if (!value.isEmpty()) {
        query.append('&').append(parameter).append('=');
        query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    }
    ctx.response().putHeader("Link", "<" + ctx.request().path() + "?" + query + ">; rel=\"next\"");
  }

  /** A text parameter; null when absent or empty. */
  static @Nullable String name(RoutingContext ctx, String name) {
    String text = ctx.request().getParam(name, "");
    return text.isEmpty() ? null : text;
  }

  /** A parameter that is a list of names with commas between them; empty when absent. */
  static List<String> names(RoutingContext ctx, String name) {
    String text = ctx.request().getParam(name, "");
    return Arrays.stream(text.split(",")).map(String::strip).filter(f -> !f.isEmpty()).toList();
  }

  /**
   * The JSON object in the request's body.
   *
   * @throws IllegalArgumentException when the body is not a JSON object
   */
  static JsonNode body(RoutingContext ctx) {
    try {
      JsonNode body = Json.MAPPER.readTree(BodyCollector.body(ctx).toString());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalArgumentException("the body is not JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException("the body is not a JSON object");
  }

  /**
   * The JSON object in the request's body.
   *
   * @param keys those that it may have
   * @throws IllegalArgumentException when the body is not such an object
   */
  static JsonNode body(RoutingContext ctx, Set<String> keys) {
    JsonNode body = body(ctx);
    refuseOthers(body, keys);
    return body;
  }

  /** Refuses an object with other keys. */
  static void refuseOthers(JsonNode object, Set<String> keys) {
    for (var entry : object.properties()) {
      if (!keys.contains(entry.getKey())) {
        throw new IllegalArgumentException(
            entry.getKey() + ": expected only " + String.join(", ", new TreeSet<>(keys)));
      }
    }
  }

  /** A person's text in a body; null when absent. It is kept, so a longer one is refused. */
  static @Nullable String text(JsonNode body, String key, int most) {
    JsonNode text = body.path(key);
    if (text.isMissingNode() || text.isNull()) {
      return null;
    }
    if (!text.isTextual() || text.asText().length() > most) {
      throw new IllegalArgumentException(
          key + ": expected a text of at most " + most + " characters");
    }
    return text.asText();
  }

  /** Who sends a body, as it says; null when it does not. */
  static @Nullable String by(JsonNode body) {
    return text(body, "by", MOST_BY);
  }

  /** Who sends a request without a body of its own, as {@code ?by=} says; null when absent. */
  static @Nullable String by(RoutingContext ctx) {
    String by = name(ctx, "by");
    return by == null ? null : by(Json.object().put("by", by));
  }

  /** The id in a path or body. */
  static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("id = '" + text + "': expected a command's number", e);
    }
  }

  /** The step in a body. */
  static long step(JsonNode step) {
    boolean fits =
        step.isIntegralNumber()
            && step.canConvertToLong()
            && step.longValue() >= 0
            && step.longValue() <= Instruction.MAX_NUMBER;
    if (!fits) {
      throw new IllegalArgumentException("step = " + step + ": expected a step, from 0");
    }
    return step.longValue();
  }
}
