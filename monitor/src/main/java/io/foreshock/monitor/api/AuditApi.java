// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Notes what people do, and answers who did what. */
record AuditApi(Audit audit) {
  private static final int LIMIT = 200;
  private static final int MOST = 1000;

  /** {@code GET /api/v1/audit?run=&since=&limit=}: acts, newest first. */
  void list(RoutingContext ctx) {
    @Nullable String run = Answers.name(ctx, "run");
    Instant since = Instant.ofEpochSecond(0, Answers.nanos(ctx, "since", 0));
    int limit = (int) Answers.integer(ctx, "limit", LIMIT, 1, MOST);
    Predicate<JsonNode> wanted =
        act ->
            (run == null || run.equals(act.path("run").asText()))
                && !Audit.time(act).isBefore(since);
    Answers.blocking(
        ctx, () -> Json.text(Json.MAPPER.createArrayNode().addAll(audit.newest(wanted, limit))));
  }

  /** Notes an act once it is done; the result comes after that, so an answered act is noted. */
  <T> Future<T> noting(RoutingContext ctx, Future<T> done, Function<T, Audit.Act> act) {
    return done.compose(
        result ->
            ctx.vertx()
                .executeBlocking(
                    () -> {
                      audit.add(act.apply(result));
                      return result;
                    },
                    false));
  }
}
