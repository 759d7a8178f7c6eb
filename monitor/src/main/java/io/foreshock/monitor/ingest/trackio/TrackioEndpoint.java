// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.ingest.JsonBody;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.ingest.RequestBody;
import io.foreshock.monitor.ingest.StoredNames;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.Precision;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.Version;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trackio's server API: a client with {@code TRACKIO_SERVER_URL=http://HOST:8087} logs into
 * Foreshock.
 *
 * <p>A call is {@code POST /api/NAME} of {@code {"args", "kwargs"}}, its answer {@code {"data"}} or
 * {@code {"error"}}. Media and artifacts are refused; the client then keeps them itself.
 */
public final class TrackioEndpoint implements Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(TrackioEndpoint.class);
  private static final int API_VERSION = 1;

  private final Engine engine;
  private final Runs known;
  private final Limits limits;
  private final Clock clock;
  private final TrackioRuns runs;
  private final TrackioLines lines;
  private final LogIds ids;

  /** Opens the ids of entries received before. */
  public TrackioEndpoint(Parts parts, Engine engine) throws IOException {
    MonitorConfig config = parts.config();
    this.engine = engine;
    this.known = parts.runs();
    this.limits = config.limits();
    this.clock = parts.clock();
    this.runs = new TrackioRuns(known, limits.names().runBytes());
    this.lines = new TrackioLines(new StoredNames(config.names()));
    this.ids =
        new LogIds(
            config.data().resolve("trackio"),
            new Room(limits.disk().journalBytes(), limits.disk().freeBytes()));
  }

  @Override
  public String protocol() {
    return "trackio";
  }

  @Override
  public List<String> paths() {
    return List.of(
        "/api/bulk_log",
        "/api/bulk_log_system",
        "/api/bulk_alert",
        "/api/get_all_projects",
        "/api/get_runs_for_project",
        "/api/get_run_summary");
  }

  @Override
  public ErrorForm errors() {
    return (request, status, code, message) ->
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", "application/json")
            .end(Json.text(Json.object().put("error", message)));
  }

  @Override
  public void mount(Router router, Handler<RoutingContext> body) {
    router.get("/version").handler(TrackioEndpoint::version);
    bulk(router, body, "bulk_log", "logs", this::log);
    bulk(router, body, "bulk_log_system", "logs", this::logSystem);
    bulk(router, body, "bulk_alert", "alerts", this::alert);
    read(router, body, "get_all_projects", this::projects);
    read(router, body, "get_runs_for_project", this::runs);
    read(router, body, "get_run_summary", this::summary);
  }

  @Override
  public void deleted(String run) {
    runs.deleted(run);
    ids.deleted(run);
  }

  @Override
  public void close() {
    try {
      ids.close();
    } catch (IOException e) {
      LOG.warn("Trackio endpoint: the newest ids are not saved", e);
    }
  }

  private static void version(RoutingContext ctx) {
    end(
        ctx,
        Json.object()
            .put("version", "foreshock-" + Version.TEXT)
            .put("api_version", API_VERSION)
            .put("api_transport", "http")
            .put("writes_paused", false));
  }

  /** Writes an entry's lines. */
  @FunctionalInterface
  private interface Writer {
    void write(LineText text, String run, LogEntry entry, long timeNanos);
  }

  private void log(LineText text, String run, LogEntry entry, long timeNanos) {
    TrackioLines.config(text, run, runs.announcement(entry, run), entry, timeNanos);
    lines.metrics(text, run, entry, entry.timeNanos(timeNanos));
  }

  private void logSystem(LineText text, String run, LogEntry entry, long timeNanos) {
    TrackioLines.config(text, run, runs.announcement(entry, run), entry, timeNanos);
    TrackioLines.system(text, run, entry, timeNanos);
  }

  private void alert(LineText text, String run, LogEntry entry, long timeNanos) {
    TrackioLines.config(text, run, runs.announcement(entry, run), entry, timeNanos);
    TrackioLines.alert(text, run, entry, timeNanos);
  }

  private void bulk(
      Router router, Handler<RoutingContext> body, String name, String list, Writer writer) {
    router
        .post("/api/" + name)
        .handler(body)
        .handler(
            ctx ->
                Future.fromCompletionStage(
                        accept(entries(kwargs(ctx), list), writer),
                        ctx.vertx().getOrCreateContext())
                    .onSuccess(done -> end(ctx, Json.object().putNull("data")))
                    .onFailure(ctx::fail));
  }

  private CompletableFuture<Void> accept(List<LogEntry> entries, Writer writer) {
    long nowNanos = clock.millis() * 1_000_000;
    List<LogEntry> fresh = entries.stream().filter(e -> !ids.isAnswered(e.id())).toList();
    List<String> freshIds = fresh.stream().map(LogEntry::id).toList();
    List<String> freshRuns = fresh.stream().map(runs::name).toList();
    LineText text = new LineText();
    Set<String> names = new LinkedHashSet<>();
    return ids.enter(freshIds, freshRuns, nowNanos)
        .thenCompose(
            done -> {
              long time = nowNanos; // of entries without an id, in their order
              for (LogEntry entry : LogEntry.merged(fresh)) {
                String run = runs.name(entry);
                names.add(run);
                writer.write(text, run, entry, ids.timeNanos(entry.id(), time++));
              }
              return text.isEmpty()
                  ? CompletableFuture.<Void>completedFuture(null)
                  : engine
                      .write(text.bytes(), Precision.NANOSECONDS)
                      .thenAccept(Refusal::unlessTaken);
            })
        .thenRun(
            () -> {
              runs.announced(names);
              ids.answered(freshIds);
            });
  }

  private static List<LogEntry> entries(JsonNode kwargs, String list) {
    JsonNode given = kwargs.path(list);
    if (!given.isArray()) {
      throw new IllegalArgumentException(list + ": expected a list in kwargs");
    }
    List<LogEntry> entries = new ArrayList<>();
    for (JsonNode item : given) {
      LogEntry entry = new LogEntry(item);
      entry.run(); // refuses the request before any of it is entered
      entries.add(entry);
    }
    return entries;
  }

  private void read(
      Router router, Handler<RoutingContext> body, String name, Function<JsonNode, JsonNode> call) {
    router
        .post("/api/" + name)
        .handler(body)
        .handler(ctx -> end(ctx, Json.object().set("data", call.apply(kwargs(ctx)))));
  }

  private JsonNode projects(JsonNode kwargs) {
    return Json.MAPPER.valueToTree(
        known.views().stream()
            .map(view -> view.configuration().fields().get(TrackioRuns.PROJECT))
            .filter(project -> project != null)
            .map(String::valueOf)
            .distinct()
            .sorted()
            .toList());
  }

  private JsonNode runs(JsonNode kwargs) {
    return Json.array(
        ofProject(kwargs),
        view ->
            Json.object()
                .put("id", text(view, TrackioRuns.RUN_ID))
                .put("name", text(view, TrackioRuns.NAME))
                .put("created_at", Json.time(view.newest().timeNanos())));
  }

  private JsonNode summary(JsonNode kwargs) {
    String id = kwargs.path("run_id").asText("");
    String name = kwargs.path("run").asText("");
    ObjectNode json =
        Json.object()
            .put("project", kwargs.path("project").asText(""))
            .put("run", name)
            .put("run_id", id.isEmpty() ? null : id)
            .put("num_logs", 0)
            .putNull("last_step");
    for (RunView view : ofProject(kwargs)) {
      boolean wanted =
          id.isEmpty()
              ? name.equals(text(view, TrackioRuns.NAME))
              : id.equals(text(view, TrackioRuns.RUN_ID));
      if (wanted && view.newest().step() >= 0) {
        json.put("run", text(view, TrackioRuns.NAME));
        json.put("num_logs", view.newest().step() + 1);
        json.put("last_step", view.newest().step());
      }
    }
    return json;
  }

  private List<RunView> ofProject(JsonNode kwargs) {
    String project = kwargs.path("project").asText("");
    return known.views().stream()
        .filter(view -> project.equals(text(view, TrackioRuns.PROJECT)))
        .toList();
  }

  private static String text(RunView view, String field) {
    Map<String, Object> fields = view.configuration().fields();
    return String.valueOf(fields.getOrDefault(field, ""));
  }

  private JsonNode kwargs(RoutingContext ctx) {
    return JsonBody.read(RequestBody.decoded(ctx, limits)).path("kwargs");
  }

  private static void end(RoutingContext ctx, JsonNode json) {
    ctx.response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(Json.text(json));
  }
}
