// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.alert.AlarmJson;
import io.foreshock.monitor.json.Json;
import io.foreshock.monitor.live.SegmentJson;
import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.preflight.PreflightJson;
import io.foreshock.monitor.store.RunAlarms;
import io.foreshock.monitor.store.Stores;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Runs, their alarms and segments. */
final class RunsApi {
  private final Runs runs;
  private final Stores stores;

  RunsApi(Runs runs, Stores stores) {
    this.runs = runs;
    this.stores = stores;
  }

  /** {@code GET /api/v1/runs?state=&q=}: newest line first; {@code q} is part of a name. */
  void list(RoutingContext ctx) {
    String stateName = ctx.request().getParam("state", "");
    RunState state = stateName.isEmpty() ? null : RunState.of(stateName);
    String part = ctx.request().getParam("q", "").toLowerCase(Locale.ROOT);
    ArrayNode list = Json.MAPPER.createArrayNode();
    runs.views().stream()
        .filter(view -> state == null || view.state() == state)
        .filter(view -> view.run().toLowerCase(Locale.ROOT).contains(part))
        .sorted(
            Comparator.comparingLong(RunView::lastTimeNanos).reversed().thenComparing(RunView::run))
        .forEach(view -> list.add(summary(view)));
    Answers.json(ctx, list);
  }

  /** {@code GET /api/v1/runs/{run}}. */
  void one(RoutingContext ctx) {
    RunView view = view(ctx);
    ObjectNode json = summary(view);
    json.set("configuration", Json.MAPPER.valueToTree(view.configuration().fields()));
    ArrayNode open = json.putArray("open_incidents");
    view.openIncidents().forEach(alarm -> open.add(AlarmJson.of(alarm)));
    json.set("preflight", view.preflight() == null ? null : PreflightJson.of(view.preflight()));
    Answers.json(ctx, json);
  }

  /**
   * {@code GET /api/v1/runs/{run}/alarms}: oldest first. When the store cannot be read, 503 with
   * those that are known without it: an alarm is never hidden by another part's failure.
   */
  void alarms(RoutingContext ctx) {
    RunView view = view(ctx);
    ctx.vertx()
        .executeBlocking(() -> stores.alarms(view.run()), false)
        .onSuccess(
            alarms -> {
              if (alarms.unread() == null) {
                Answers.text(ctx, "[" + String.join(",\n", alarms.lines()) + "]");
              } else {
                ErrorBodies.answerWithAlarms(ctx, alarms.unread(), known(alarms, view));
              }
            })
        .onFailure(ctx::fail);
  }

  /** Those that wait for the store, and the newest of each open incident. */
  private static ArrayNode known(RunAlarms alarms, RunView view) {
    ArrayNode known = Json.MAPPER.createArrayNode();
    Set<String> all = new LinkedHashSet<>(alarms.lines()); // as text: trees tell 1 from 1L
    view.openIncidents().forEach(alarm -> all.add(Json.text(AlarmJson.of(alarm))));
    all.stream()
        .map(Json::tree)
        .sorted(Comparator.comparing(alarm -> Instant.parse(alarm.path("time").asText())))
        .forEach(known::add);
    return known;
  }

  /** {@code GET /api/v1/runs/{run}/segments}: oldest first. */
  void segments(RoutingContext ctx) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    view(ctx).segments().forEach(segment -> list.add(SegmentJson.of(segment)));
    Answers.json(ctx, list);
  }

  /** The run that the path names. */
  RunView view(RoutingContext ctx) {
    String run = ctx.pathParam("run");
    return runs.view(run).orElseThrow(() -> ApiException.unknownRun(run));
  }

  private static ObjectNode summary(RunView view) {
    ObjectNode json = Json.object().put("run", view.run()).put("state", view.state().wireName());
    json.put("segment", view.segment());
    json.put("last_step", view.lastStep());
    json.put("last_time", view.lastTimeNanos() == 0 ? null : Json.time(view.lastTimeNanos()));
    json.put("loss", Json.finite(view.loss()));
    ObjectNode alarms = json.putObject("alarms");
    ObjectNode open = json.putObject("open_alarms");
    for (Severity severity : Severity.values()) {
      alarms.put(severity.wireName(), view.incidents().getOrDefault(severity, 0L));
      open.put(severity.wireName(), count(view.openIncidents(), severity));
    }
    Forecast forecast = view.forecast();
    json.putObject("forecast")
        .put("probability", Json.finite(forecast.probability()))
        .put("horizon_steps", forecast.horizonSteps())
        .put("eta_steps", Json.finite(forecast.etaSteps()))
        .put("low", Json.finite(forecast.low()))
        .put("high", Json.finite(forecast.high()));
    return json;
  }

  private static long count(List<Alarm> open, Severity severity) {
    return open.stream().filter(alarm -> alarm.verdict().severity() == severity).count();
  }
}
