// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.audit.Audit;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.RuleBook;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RuleJson;
import io.foreshock.predictors.online.Rule;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/rules}: the user's own rules. A change needs no restart. */
record RulesApi(RuleBook book, Engine engine, AuditApi audit) {
  /** {@code GET}: all rules, each with {@code source}: {@code configuration} or {@code api}. */
  void list(RoutingContext ctx) {
    ArrayNode rules = Json.MAPPER.createArrayNode();
    book.all().forEach(rule -> rules.add(json(rule)));
    Answers.json(ctx, rules);
  }

  /** {@code POST}: adds a rule (201), or replaces the one of its name (200). */
  void post(RoutingContext ctx) {
    Rule rule = RuleJson.read(Answers.body(ctx), book.names());
    @Nullable String by = Answers.by(ctx);
    Future<Boolean> done =
        ctx.vertx().executeBlocking(() -> book.put(rule), false).compose(fresh -> used(ctx, fresh));
    audit
        .noting(ctx, done, fresh -> act(by, (fresh ? "added " : "replaced ") + rule.name()))
        .onSuccess(fresh -> Answers.json(ctx, fresh ? 201 : 200, json(rule)))
        .onFailure(ctx::fail);
  }

  /** {@code DELETE /rules/{name}}: removes a rule and closes its incidents. */
  void delete(RoutingContext ctx) {
    String name = ctx.pathParam("name");
    @Nullable String by = Answers.by(ctx);
    Future<Boolean> done =
        ctx.vertx()
            .executeBlocking(() -> book.remove(name), false)
            .compose(
                there ->
                    there
                        ? used(ctx, true)
                        : Future.failedFuture(
                            new ApiException(404, "rule '" + name + "' is unknown")));
    audit
        .noting(ctx, done, there -> act(by, "deleted " + name))
        .onSuccess(there -> ctx.response().setStatusCode(204).end())
        .onFailure(ctx::fail);
  }

  private static Audit.Act act(@Nullable String by, String detail) {
    return new Audit.Act(null, by, Audit.What.RULES, detail);
  }

  private Future<Boolean> used(RoutingContext ctx, boolean answer) {
    return Future.fromCompletionStage(engine.rulesChanged(), ctx.vertx().getOrCreateContext())
        .map(done -> answer);
  }

  private ObjectNode json(Rule rule) {
    return RuleJson.of(rule)
        .put("source", book.isConfigured(rule.name()) ? "configuration" : "api");
  }
}
