// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.ControlException;
import io.foreshock.monitor.pipeline.RemarksJson;
import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.store.RunAlarms;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.JudgingJson;
import io.foreshock.monitor.wire.PreflightJson;
import io.foreshock.monitor.wire.SegmentJson;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Understood;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Answers requests for runs, their alarms and segments. */
record RunsApi(Runs runs, RunList list, Stores stores) {
  private static final int MAX_PAGE = 1000;
  private static final int MAX_COLUMNS = 50;
  private static final List<String> PAGE_PARAMETERS =
      List.of("limit", "state", "q", "sort", "columns", "sparkline");

  /**
   * {@code GET /api/v1/runs?state=&q=&sort=&limit=&after=&columns=&sparkline=}: runs that {@code q}
   * selects, in the order {@code sort}. {@code limit} selects a page, whose {@code Link} header
   * leads to the next one.
   */
  void list(RoutingContext ctx) {
    String state = ctx.request().getParam("state", "");
    String sort = ctx.request().getParam("sort", "");
    RunOrder order = sort.isEmpty() ? RunOrder.NEWEST : RunOrder.of(sort);
    String after = ctx.request().getParam("after", "");
    int limit = (int) Answers.integer(ctx, "limit", Integer.MAX_VALUE, 1, MAX_PAGE);
    List<String> columns = Answers.names(ctx, "columns");
    if (columns.size() > MAX_COLUMNS) {
      throw new IllegalArgumentException(
          columns.size() + " columns: expected at most " + MAX_COLUMNS);
    }
    RunListing.Query query =
        new RunListing.Query(
            RunFilter.parse(
                state.isEmpty() ? null : RunState.of(state), ctx.request().getParam("q", "")),
            order,
            after.isEmpty() ? null : Cursor.of(after, order.parts().size()),
            limit,
            columns.stream().map(RunColumn::new).toList(),
            Answers.flag(ctx, "sparkline"));
    list.read(listing -> listing.page(query))
        .onSuccess(
            page -> {
              if (page.next() != null) {
                Answers.nextPage(ctx, page.next().text(), PAGE_PARAMETERS);
              }
              Answers.text(ctx, page.json());
            })
        .onFailure(ctx::fail);
  }

  /** {@code GET /api/v1/columns}: the names that columns, sort and comparisons know. */
  void columns(RoutingContext ctx) {
    list.read(RunListing::columns).onSuccess(c -> Answers.json(ctx, c)).onFailure(ctx::fail);
  }

  /** {@code GET /api/v1/counts}: how many runs are in each state, and their incidents. */
  void counts(RoutingContext ctx) {
    list.read(RunListing::counts).onSuccess(c -> Answers.json(ctx, c)).onFailure(ctx::fail);
  }

  /** {@code GET /api/v1/runs/{run}}. */
  void one(RoutingContext ctx) {
    Answers.json(ctx, json(view(ctx)));
  }

  /** A run with everything that is said of it at once. */
  static ObjectNode json(RunView view) {
    ObjectNode json = summary(view);
    json.set("configuration", Json.MAPPER.valueToTree(view.configuration().fields()));
    json.set("open_incidents", Json.array(view.alarms().open(), alarm -> open(alarm, view)));
    json.set(
        "preflight",
        view.outlook().preflight() == null ? null : PreflightJson.of(view.outlook().preflight()));
    json.set("judged", JudgingJson.counts(view.reading().judgings()));
    json.set("understood", understood(view.reading().understood()));
    return json;
  }

  private static ObjectNode open(Alarm alarm, RunView view) {
    return AlarmJson.of(alarm)
        .set(
            "acknowledged",
            view.remarks().of(alarm.incident()).map(RemarksJson::within).orElse(null));
  }

  private static ObjectNode understood(Understood understood) {
    ObjectNode json =
        Json.object()
            .put("lines", understood.lines())
            .put("unread_lines", understood.unread())
            .put("evaluation_lines", understood.evaluations())
            .put("repeated_lines", understood.repeated())
            .put("split_lines", understood.split())
            .put("late_lines", understood.late());
    json.set("unread_fields", Json.MAPPER.valueToTree(understood.unreadFields()));
    json.set("unused_fields", Json.MAPPER.valueToTree(understood.unusedFields()));
    json.set("sentences", Json.MAPPER.valueToTree(understood.sentences()));
    return json;
  }

  /**
   * {@code GET /api/v1/runs/{run}/alarms}: alarms, oldest first. When the store cannot be read it
   * is 503 with the alarms that are known without it, because no failure may hide an alarm.
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

  /** Alarms that wait for the store, and the newest alarm of each open incident. */
  private static ArrayNode known(RunAlarms alarms, RunView view) {
    ArrayNode known = Json.MAPPER.createArrayNode();
    Set<String> all =
        new LinkedHashSet<>(alarms.lines()); // as text, because trees distinguish 1 and 1L
    view.alarms().open().forEach(alarm -> all.add(Json.text(AlarmJson.of(alarm))));
    all.stream()
        .map(Json::tree)
        .sorted(Comparator.comparing(alarm -> Instant.parse(alarm.path("time").asText())))
        .forEach(known::add);
    return known;
  }

  /** {@code GET /api/v1/runs/{run}/segments}: segments, oldest first. */
  void segments(RoutingContext ctx) {
    Answers.json(ctx, Json.array(view(ctx).segments(), SegmentJson::of));
  }

  /** The run that the path names. */
  RunView view(RoutingContext ctx) {
    String run = ctx.pathParam("run");
    return runs.view(run).orElseThrow(() -> ControlException.noSuchRun(run));
  }

  static ObjectNode summary(RunView view) {
    ObjectNode json = Json.object().put("run", view.run()).put("state", view.state().wireName());
    json.put("segment", view.newest().segment());
    json.put("last_step", view.newest().step());
    json.put(
        "last_time", view.newest().timeNanos() == 0 ? null : Json.time(view.newest().timeNanos()));
    json.put("loss", Json.finite(view.newest().loss()));
    ObjectNode alarms = json.putObject("alarms");
    ObjectNode open = json.putObject("open_alarms");
    for (Severity severity : Severity.values()) {
      alarms.put(severity.wireName(), view.alarms().incidents().getOrDefault(severity, 0L));
      open.put(severity.wireName(), count(view.alarms().open(), severity));
    }
    Forecast forecast = view.outlook().forecast();
    json.putObject("forecast")
        .put("probability", Json.finite(forecast.probability()))
        .put("horizon_steps", forecast.horizonSteps())
        .put("eta_steps", Json.finite(forecast.etaSteps()))
        .put("low", Json.finite(forecast.low()))
        .put("high", Json.finite(forecast.high()))
        .put("needs", view.reading().judgings().needs(AlarmKind.FORECAST_DIVERGENCE));
    return json.setAll(RemarksJson.described(view));
  }

  static long count(List<Alarm> open, Severity severity) {
    return open.stream().filter(alarm -> alarm.verdict().severity() == severity).count();
  }
}
