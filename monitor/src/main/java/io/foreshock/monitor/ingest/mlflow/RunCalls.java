// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.wire.Json;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The operations on runs.
 *
 * @param maxNameBytes longest name of a run in Foreshock
 */
record RunCalls(Tracking tracking, RunLog log, RunData data, int maxNameBytes, Clock clock) {
  private static final String NAME_TAG = "mlflow.runName";
  private static final int ID_PREFIX = 8;

  CompletionStage<ObjectNode> create(Request request) {
    String experimentId = request.text("experiment_id");
    Experiment experiment =
        tracking.experiment(experimentId.isEmpty() ? Experiment.DEFAULT_ID : experimentId);
    String id = UUID.randomUUID().toString().replace("-", "");
    Map<String, String> tags = request.pairs("tags");
    String name = request.text("run_name");
    name = name.isEmpty() ? tags.getOrDefault(NAME_TAG, "") : name;
    name = name.isEmpty() ? "run-" + id.substring(0, ID_PREFIX) : name;
    tags.put(NAME_TAG, name);
    long start = request.integer("start_time", clock.millis());
    TrackedRun run =
        new TrackedRun(
            id,
            experiment.id(),
            tracking.reserve(name, maxNameBytes),
            name,
            request.text("user_id"),
            new TrackedRun.Life(RunStatus.RUNNING, start, 0, false),
            tags,
            null);
    LineText text = new LineText();
    Lines.event(text, run.run(), "start", null, start);
    Lines.params(text, run.run(), Map.of("experiment", experiment.name()), start);
    Lines.tags(text, run.run(), tags, start);
    return log.event(run, text)
        .thenCompose(done -> tracking.add(run))
        .whenComplete((done, failure) -> freeAfter(failure, run))
        .thenApply(done -> wrapped(Forms.of(run, Map.of(), List.of())));
  }

  CompletionStage<ObjectNode> get(Request request) {
    return data.of(tracking.run(request.runId())).thenApply(RunCalls::wrapped);
  }

  CompletionStage<ObjectNode> search(Request request) {
    Filter filter = Filter.of(request.text("filter"));
    List<String> experiments = request.texts("experiment_ids");
    List<TrackedRun> found =
        tracking.runs().stream()
            .filter(run -> experiments.contains(run.experiment()))
            .filter(run -> Page.isWanted(request.text("run_view_type"), run.life().deleted()))
            .filter(run -> filter.matches((kind, key) -> value(run, kind, key)))
            .sorted(
                Comparator.comparingLong((TrackedRun run) -> run.life().startMillis()).reversed())
            .toList();
    Page<TrackedRun> page = Page.of(found, request);
    return data.of(page.items())
        .thenApply(runs -> new Page<>(runs, page.next()).json("runs", run -> run));
  }

  CompletionStage<ObjectNode> update(Request request) {
    TrackedRun before = tracking.run(request.runId());
    TrackedRun.Life life = before.life();
    RunStatus status = status(request, life.status());
    long end = request.integer("end_time", status.ended() ? clock.millis() : 0);
    String name = request.text("run_name");
    LineText text = new LineText();
    if (status.ended()) {
      Lines.event(text, before.run(), "end", status, end);
    } else if (life.status().ended()) {
      Lines.event(text, before.run(), "resume", null, clock.millis());
    }
    return log.event(before, text)
        .thenCompose(
            done ->
                tracking.change(
                    before.id(),
                    run -> {
                      TrackedRun updated =
                          run.withLife(
                              new TrackedRun.Life(status, life.startMillis(), end, life.deleted()));
                      return name.isEmpty() ? updated : named(updated, name);
                    }))
        .thenApply(
            run -> {
              ObjectNode json = Json.object();
              json.set("run_info", Forms.info(run));
              return json;
            });
  }

  CompletionStage<ObjectNode> delete(Request request) {
    return empty(tracking.change(request.runId(), run -> run.withDeleted(true)));
  }

  CompletionStage<ObjectNode> restore(Request request) {
    return empty(tracking.change(request.runId(), run -> run.withDeleted(false)));
  }

  CompletionStage<ObjectNode> logMetric(Request request) {
    return logged(request, Batch.of(request.metric(clock.millis())));
  }

  CompletionStage<ObjectNode> logBatch(Request request) {
    return logged(
        request,
        new Batch(
            request.list("metrics", metric -> metric.metric(clock.millis())),
            request.pairs("params"),
            request.pairs("tags")));
  }

  CompletionStage<ObjectNode> logParameter(Request request) {
    return logged(request, Batch.ofParam(request.key(), request.text("value")));
  }

  CompletionStage<ObjectNode> setTag(Request request) {
    String key = request.key();
    String value = request.text("value");
    CompletableFuture<?> renamed =
        key.equals(NAME_TAG)
            ? tracking.change(request.runId(), run -> run.withName(value))
            : CompletableFuture.completedFuture(null);
    return renamed.thenCompose(done -> logged(request, Batch.ofTags(Map.of(key, value))));
  }

  CompletionStage<ObjectNode> deleteTag(Request request) {
    String key = request.key();
    return empty(
        tracking.change(
            request.runId(),
            run -> {
              Map<String, String> tags = new LinkedHashMap<>(run.tags());
              tags.remove(key);
              return run.withTags(tags);
            }));
  }

  /** Data sets, models and outputs: accepted so that the run goes on, and not kept. */
  CompletionStage<ObjectNode> ignore(Request request) {
    tracking.run(request.runId());
    return CompletableFuture.completedFuture(Json.object());
  }

  CompletionStage<ObjectNode> history(Request request) {
    return data.history(tracking.run(request.runId()), request.required("metric_key"));
  }

  private CompletionStage<ObjectNode> logged(Request request, Batch batch) {
    return empty(log.log(tracking.run(request.runId()), batch));
  }

  private void freeAfter(@Nullable Throwable failure, TrackedRun run) {
    if (failure != null) {
      tracking.free(run.run());
    }
  }

  private static TrackedRun named(TrackedRun run, String name) {
    Map<String, String> tags = new LinkedHashMap<>(run.tags());
    tags.put(NAME_TAG, name);
    return run.withName(name).withTags(tags);
  }

  private static RunStatus status(Request request, RunStatus before) {
    String status = request.text("status");
    try {
      return status.isEmpty() ? before : RunStatus.valueOf(status);
    } catch (IllegalArgumentException e) {
      throw Request.invalid("status = '" + status + "': expected such as FINISHED or FAILED");
    }
  }

  private static @Nullable String value(TrackedRun run, String kind, String key) {
    if (kind.equals("tag")) {
      return run.tags().get(key);
    }
    return switch (key) {
      case "status" -> run.life().status().name();
      case "run_id" -> run.id();
      case "user_id" -> run.user();
      default -> Filter.value(run.name(), run.tags(), kind, key);
    };
  }

  private static ObjectNode wrapped(ObjectNode run) {
    ObjectNode json = Json.object();
    json.set("run", run);
    return json;
  }

  private static CompletionStage<ObjectNode> empty(CompletionStage<?> done) {
    return done.thenApply(any -> Json.object());
  }
}
