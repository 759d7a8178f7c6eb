// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.audit.Audit;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Outcome;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.Precision;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.report.StoredRun;
import io.foreshock.monitor.store.StoredLine;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.EventJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.NumberText;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Events and evaluations of a run, and the events that a person tells. */
record EventsApi(Parts parts, RunsApi runs, Engine engine, AuditApi audit) {
  private static final int MAX_TEXT = 1000;
  private static final Set<String> KEYS =
      Set.of(RunEvent.KIND, Telemetry.STEP, RunEvent.TEXT, RunEvent.PHASE, RunEvent.STATUS, "by");

  /** {@code GET …/events}: the run's events, oldest first; a repeated phase is there once. */
  void list(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    Stores stores = parts.stores();
    Answers.blocking(
        ctx,
        () -> {
          List<JsonNode> events = new StoredRun(stores, view).events();
          return Json.text(Json.MAPPER.createArrayNode().addAll(events));
        });
  }

  /** {@code GET …/evaluations}: the run's evaluations, oldest first. */
  void evaluations(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    Stores stores = parts.stores();
    Answers.blocking(
        ctx,
        () -> {
          ArrayNode all = Json.MAPPER.createArrayNode();
          stores.lines(view.run(), Telemetry.EVALUATION).forEach(line -> all.add(evaluation(line)));
          return Json.text(all);
        });
  }

  /** {@code POST …/events}: an event that a person tells; it becomes a line like any other. */
  void post(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    JsonNode body = Answers.body(ctx, KEYS);
    Map<String, Object> fields = fields(body);
    @Nullable String by = Answers.by(body);
    // after all lines of the run, whatever its clock is, so that it is no late one
    long now = Math.max(parts.clock().millis() * 1_000_000, view.newest().timeNanos() + 1);
    LineWriter line = new LineWriter();
    line.event(view.run(), fields, now);
    long step = fields.get(Telemetry.STEP) instanceof Long given ? given : view.newest().step();
    ObjectNode answer = EventJson.of(now, step, view.newest().segment(), fields);
    Future<Outcome> done =
        Future.fromCompletionStage(
                engine.write(line.toByteArray(), Precision.NANOSECONDS),
                ctx.vertx().getOrCreateContext())
            .compose(EventsApi::kept);
    audit
        .noting(ctx, done, kept -> new Audit.Act(view.run(), by, Audit.What.EVENT, text(fields)))
        .onSuccess(kept -> Answers.json(ctx, 201, answer))
        .onFailure(ctx::fail);
  }

  private static Future<Outcome> kept(Outcome outcome) {
    if (outcome.dropped() == 0) {
      return Future.succeededFuture(outcome);
    }
    return Future.failedFuture(
        outcome.noRoom() != null
            ? new ApiException(429, "the event is not kept: " + outcome.noRoom())
            : new IllegalArgumentException(String.valueOf(outcome.message())));
  }

  private static String text(Map<String, Object> fields) {
    Object text = fields.get(RunEvent.TEXT);
    return fields.get(RunEvent.KIND) + (text == null ? "" : ": " + text);
  }

  private static Map<String, Object> fields(JsonNode body) {
    Map<String, Object> fields = new LinkedHashMap<>();
    RunEvent.Kind kind = constant(body, RunEvent.KIND, RunEvent.Kind.values());
    fields.put(RunEvent.KIND, RunEvent.wireName(kind));
    if (kind == RunEvent.Kind.PHASE) {
      RunEvent.Phase phase = constant(body, RunEvent.PHASE, RunEvent.Phase.values());
      fields.put(RunEvent.PHASE, RunEvent.wireName(phase));
    } else if (body.hasNonNull(RunEvent.PHASE)) {
      throw new IllegalArgumentException("phase: expected only where kind = 'phase'");
    }
    if (kind == RunEvent.Kind.END) {
      RunEvent.Status status = constant(body, RunEvent.STATUS, RunEvent.Status.values());
      fields.put(RunEvent.STATUS, RunEvent.wireName(status));
    } else if (body.hasNonNull(RunEvent.STATUS)) {
      throw new IllegalArgumentException("status: expected only where kind = 'end'");
    }
    if (body.hasNonNull(Telemetry.STEP)) {
      fields.put(Telemetry.STEP, Answers.step(body.get(Telemetry.STEP)));
    }
    String text = Answers.text(body, RunEvent.TEXT, MAX_TEXT);
    if (text != null) {
      fields.put(RunEvent.TEXT, text);
    }
    fields.put(EventJson.SOURCE, EventJson.PERSON);
    return fields;
  }

  private static <E extends Enum<E>> E constant(JsonNode body, String key, E[] constants) {
    String name = body.path(key).asText();
    for (E constant : constants) {
      if (RunEvent.wireName(constant).equals(name)) {
        return constant;
      }
    }
    String names =
        Arrays.stream(constants).map(RunEvent::wireName).collect(Collectors.joining(", "));
    String given = body.hasNonNull(key) ? " = " + body.get(key) : " is missing";
    throw new IllegalArgumentException(key + given + ": expected one of " + names);
  }

  private static ObjectNode evaluation(StoredLine line) {
    ObjectNode json =
        Json.object()
            .put("time", Json.time(line.timeNanos()))
            .put("step", line.step())
            .put("segment", line.segment());
    Object name = line.values().get("name");
    json.put("name", name == null || name.equals("") ? null : name.toString());
    ObjectNode values = json.putObject("values");
    line.values()
        .forEach(
            (field, value) -> {
              Double number =
                  value instanceof Number given
                      ? (Double) given.doubleValue()
                      : NumberText.of(value.toString());
              if (number != null && !List.of("name", Telemetry.STEP).contains(field)) {
                values.put(field, Json.finite(number));
              }
            });
    return json;
  }
}
