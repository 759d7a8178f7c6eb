// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RemarksJson;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.store.ClosedIncidents;
import io.foreshock.monitor.store.IncidentPlace;
import io.foreshock.monitor.store.IncidentQuery;
import io.foreshock.monitor.store.StoreException;
import io.foreshock.monitor.store.StoredIncident;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/alarms}: incidents over all runs, newest alarm first. Open ones are known
 * without the store, and closed ones are read from it. When it cannot be read, the answer is 503
 * with the incidents that are known, because no failure may hide an alarm.
 */
record AlarmsApi(Runs runs, Stores stores) {
  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_PAGE = 1000;
  private static final List<String> PAGE_PARAMETERS =
      List.of("limit", "state", "severity", "since", "run", "kind");

  /** Which incidents are asked for. */
  private enum Which {
    OPEN,
    CLOSED,
    ALL
  }

  /** An incident that is rendered only if it is on the page. */
  private record Listed(IncidentPlace place, Supplier<ObjectNode> json) {}

  private record Page(List<Listed> incidents, @Nullable StoreException unread) {}

  void list(RoutingContext ctx) {
    Which which = which(ctx);
    IncidentQuery query = query(ctx);
    ctx.vertx()
        .executeBlocking(() -> page(which, query), false)
        .onSuccess(page -> answer(ctx, page, query.limit() - 1))
        .onFailure(ctx::fail);
  }

  private static void answer(RoutingContext ctx, Page page, int limit) {
    ArrayNode json = Json.MAPPER.createArrayNode();
    page.incidents.stream().limit(limit).forEach(listed -> json.add(listed.json.get()));
    if (page.unread != null) {
      ErrorBodies.answerWithAlarms(ctx, page.unread, json);
      return;
    }
    if (page.incidents.size() > limit) {
      IncidentPlace last = page.incidents.get(limit - 1).place;
      Cursor cursor = new Cursor(List.of(last.timeNanos()), last.incident());
      Answers.nextPage(ctx, cursor.text(), PAGE_PARAMETERS);
    }
    Answers.json(ctx, json);
  }

  private Page page(Which which, IncidentQuery query) {
    List<Listed> incidents = new ArrayList<>();
    StoreException unread = null;
    if (which != Which.CLOSED) {
      runs.views().forEach(run -> open(run, query, incidents));
    }
    if (which != Which.OPEN) {
      ClosedIncidents closed = stores.closedIncidents(query);
      closed.incidents().forEach(one -> incidents.add(new Listed(one.place(), () -> json(one))));
      unread = closed.unread();
    }
    incidents.sort(Comparator.comparing(Listed::place));
    return new Page(incidents, unread);
  }

  /** Adds a run's open incidents; they last until now, so the query's time does not matter. */
  private static void open(RunView run, IncidentQuery query, List<Listed> incidents) {
    for (Alarm newest : run.alarms().open()) {
      IncidentPlace place = new IncidentPlace(newest.timeNanos(), newest.incident());
      if (query.admits(run.run(), newest.verdict().kindName(), worst(run, newest), place)) {
        incidents.add(new Listed(place, () -> json(run, newest)));
      }
    }
  }

  private static Severity worst(RunView run, Alarm newest) {
    RunView.Opening opening = run.alarms().openings().get(newest.incident());
    return opening == null ? newest.verdict().severity() : opening.worst();
  }

  private static ObjectNode json(RunView run, Alarm newest) {
    RunView.Opening opening = run.alarms().openings().get(newest.incident());
    Long opened = opening == null ? null : opening.timeNanos();
    ObjectNode json = AlarmJson.of(newest);
    add(json, opened, newest.openedStep(), null, worst(run, newest));
    describe(json, run, newest.incident());
    return json;
  }

  private ObjectNode json(StoredIncident incident) {
    ObjectNode json = incident.closing().json().deepCopy(); // it is shared
    String name = incident.closing().incident();
    long openedStep = Alarm.openedStep(name, incident.closing().step());
    long closed = incident.closing().timeNanos();
    add(json, incident.openedNanos(), openedStep, closed, incident.closing().severity());
    describe(json, runs.view(incident.closing().run()).orElse(null), name);
    return json;
  }

  private static void add(
      ObjectNode json, @Nullable Long opened, long step, @Nullable Long closed, Severity worst) {
    json.put("opened", opened == null ? null : Json.time(opened));
    json.put("opened_step", step);
    json.put("closed", closed == null ? null : Json.time(closed));
    json.put("worst_severity", worst.wireName());
  }

  /**
   * Adds what people said about the run and the incident.
   *
   * @param run null when it is forgotten
   */
  private static void describe(ObjectNode json, @Nullable RunView run, String incident) {
    json.put("archived", run != null && run.archived());
    List<String> tags = run == null ? List.of() : run.tags();
    json.set("tags", Json.MAPPER.valueToTree(tags));
    json.set(
        "acknowledged",
        run == null ? null : run.remarks().of(incident).map(RemarksJson::within).orElse(null));
  }

  private static Which which(RoutingContext ctx) {
    String state = ctx.request().getParam("state", "");
    return switch (state) {
      case "" -> Which.ALL;
      case "open" -> Which.OPEN;
      case "closed" -> Which.CLOSED;
      default ->
          throw new IllegalArgumentException("state = '" + state + "': expected open or closed");
    };
  }

  /** The query, for one incident more than the page, which shows whether there is a next page. */
  private static IncidentQuery query(RoutingContext ctx) {
    String severity = Answers.name(ctx, "severity");
    String after = Answers.name(ctx, "after");
    return new IncidentQuery(
        Answers.nanos(ctx, "since", 0),
        severity == null ? null : severity(severity),
        Answers.name(ctx, "run"),
        Answers.name(ctx, "kind"),
        after == null ? null : place(after),
        1 + (int) Answers.integer(ctx, "limit", DEFAULT_PAGE, 1, MAX_PAGE));
  }

  private static Severity severity(String name) {
    for (Severity severity : Severity.values()) {
      if (severity.wireName().equals(name)) {
        return severity;
      }
    }
    throw new IllegalArgumentException(
        "severity = '" + name + "': expected info, warning or critical");
  }

  private static IncidentPlace place(String text) {
    Cursor cursor = Cursor.of(text, 1);
    if (cursor.values().get(0) instanceof Long nanos) {
      return new IncidentPlace(nanos, cursor.name());
    }
    throw new IllegalArgumentException(
        "after = '" + text + "': expected the value in the Link header of the previous page");
  }
}
