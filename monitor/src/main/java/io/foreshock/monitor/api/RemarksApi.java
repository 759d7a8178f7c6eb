// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.control.ControlException;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.pipeline.Acknowledgement;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Entry;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.RemarksJson;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.store.RunAlarms;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What people say of runs: tags, notes, archived, acknowledged incidents, and that a run is to be
 * deleted.
 *
 * @param endpoints learn which runs are deleted
 */
record RemarksApi(
    Parts parts, RunsApi runs, Engine engine, AuditApi audit, List<? extends Endpoint> endpoints) {
  private static final Set<String> ACK_KEYS = Set.of("by", "note");
  private static final int MOST_NOTE = 2000;

  /** {@code PATCH /api/v1/runs/{run}}: describes a run; answers it as {@code GET} does. */
  void patch(RoutingContext ctx) {
    String run = runs.view(ctx).run();
    JsonNode body = Answers.body(ctx, RunPatch.KEYS);
    RunPatch patch = RunPatch.of(body);
    @Nullable String by = Answers.by(body);
    Future<RunView> done = from(ctx, engine.describe(run, patch));
    audit
        .noting(ctx, done, view -> new Audit.Act(run, by, Audit.What.DESCRIBED, patch.text()))
        .onSuccess(view -> Answers.json(ctx, RunsApi.json(view)))
        .onFailure(ctx::fail);
  }

  /** {@code DELETE /api/v1/runs/{run}}: removes a run for good, also one that only a store has. */
  void delete(RoutingContext ctx) {
    String run = ctx.pathParam("run");
    @Nullable String by = Answers.by(ctx);
    Future<Void> done =
        ctx.vertx()
            .executeBlocking(() -> isKnown(run), false)
            .compose(
                known ->
                    known
                        ? from(ctx, engine.delete(run))
                        : Future.failedFuture(ControlException.noSuchRun(run)))
            .onSuccess(deleted -> endpoints.forEach(endpoint -> endpoint.deleted(run)));
    audit
        .noting(ctx, done, deleted -> new Audit.Act(run, by, Audit.What.DELETED, ""))
        .onSuccess(deleted -> ctx.response().setStatusCode(204).end())
        .onFailure(ctx::fail);
  }

  /** {@code POST …/incidents/{incident}/ack}: acknowledges an incident, open or closed. */
  void acknowledge(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    String incident = ctx.pathParam("incident");
    JsonNode body = Answers.body(ctx, ACK_KEYS);
    @Nullable String by = Answers.by(body);
    @Nullable String note = Answers.text(body, "note", MOST_NOTE);
    Acknowledgement ack =
        new Acknowledgement(incident, by, note, parts.clock().millis() * 1_000_000);
    Future<RunView> done =
        ctx.vertx()
            .executeBlocking(() -> hasIncident(view, incident), false)
            .compose(
                known ->
                    known
                        ? from(
                            ctx,
                            engine.remark(
                                view.run(), run -> new Entry.IncidentAcknowledged(run.run(), ack)))
                        : Future.failedFuture(noSuchIncident(view.run(), incident)));
    String detail = note == null ? incident : incident + ": " + note;
    audit
        .noting(ctx, done, run -> new Audit.Act(run.run(), by, Audit.What.ACKNOWLEDGED, detail))
        .onSuccess(run -> Answers.json(ctx, RemarksJson.of(run.run(), ack)))
        .onFailure(ctx::fail);
  }

  /** {@code GET …/acknowledgements}: the acknowledged incidents, oldest acknowledgement first. */
  void acknowledgements(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    Answers.json(
        ctx, Json.array(view.remarks().acknowledgements(), ack -> RemarksJson.of(view.run(), ack)));
  }

  private boolean isKnown(String run) {
    return parts.runs().view(run).isPresent() || parts.stores().runs().contains(run);
  }

  /** Looks in the store only when it must, because the store may be away. */
  private boolean hasIncident(RunView run, String incident) {
    if (run.alarms().open().stream().anyMatch(alarm -> alarm.incident().equals(incident))) {
      return true;
    }
    RunAlarms alarms = parts.stores().alarms(run.run());
    boolean there =
        alarms.lines().stream()
            .anyMatch(line -> Json.tree(line).path("incident").asText().equals(incident));
    if (!there && alarms.unread() != null) {
      throw alarms.unread();
    }
    return there;
  }

  private static ApiException noSuchIncident(String run, String incident) {
    return new ApiException(404, "run '" + run + "' has no incident '" + incident + "'");
  }

  private static <T> Future<T> from(RoutingContext ctx, CompletionStage<T> stage) {
    return Future.fromCompletionStage(stage, ctx.vertx().getOrCreateContext());
  }
}
