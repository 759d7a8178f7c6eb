// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.ingest.BodyCollector;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.ingest.RequestBody;
import io.foreshock.monitor.ingest.StoredNames;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MLflow's tracking API (REST 2.0): a client with {@code MLFLOW_TRACKING_URI=http://HOST:8087} logs
 * into Foreshock.
 *
 * <p>Each run of MLflow is a run of Foreshock with its name; a name that is taken gets a number
 * behind it. Parameters become the run's configuration, and the end of the run an event.
 */
public final class MlflowEndpoint implements Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowEndpoint.class);
  private static final String PREFIX = "/api/2.0/mlflow/";
  private static final int LOOK_MILLIS = 100;
  private static final int CLOSE_SECONDS = 10;

  private final Vertx vertx;
  private final Limits limits;
  private final Tracking tracking;
  private final RunLog log;
  private final ExperimentCalls experiments;
  private final RunCalls runs;
  private final @Nullable Forwarder forwarder;
  private final long timer;

  /** Opens what the endpoint knew, and sends what it held when it was stopped. */
  public MlflowEndpoint(Vertx vertx, Parts parts, Engine engine, LongSupplier nanoTime)
      throws IOException {
    MonitorConfig config = parts.config();
    this.vertx = vertx;
    this.limits = config.limits();
    this.tracking =
        new Tracking(
            config.data().resolve("mlflow"),
            new Room(limits.disk().journalBytes(), limits.disk().freeBytes()),
            limits.series().runs(),
            name -> parts.runs().view(name).isPresent(),
            nanoTime);
    this.log = new RunLog(engine, tracking, parts.clock(), nanoTime);
    this.experiments = new ExperimentCalls(tracking, parts.clock());
    RunData data =
        new RunData(vertx, parts.runs(), parts.stores(), new StoredNames(config.names()));
    this.runs = new RunCalls(tracking, log, data, limits.names().runBytes(), parts.clock());
    this.forwarder =
        config.ingest().mlflow().forward().isEmpty()
            ? null
            : new Forwarder(config.ingest().mlflow(), tracking, parts.meters());
    this.timer = vertx.setPeriodic(LOOK_MILLIS, id -> log.sendDue());
  }

  @Override
  public String protocol() {
    return "mlflow";
  }

  @Override
  public List<String> paths() {
    return List.of(PREFIX + "*");
  }

  @Override
  public ErrorForm errors() {
    return new MlflowErrors();
  }

  @Override
  public void mount(Router router, Handler<RoutingContext> body) {
    Table table = new Table(router, body);
    table.get("experiments/get", experiments::get);
    table.get("experiments/get-by-name", experiments::getByName);
    table.post("experiments/create", experiments::create);
    table.search("experiments/search", experiments::search);
    table.get("experiments/search", experiments::search);
    table.post("experiments/update", experiments::update);
    table.post("experiments/delete", experiments::delete);
    table.post("experiments/restore", experiments::restore);
    table.post("experiments/set-experiment-tag", experiments::setTag);
    table.get("runs/get", runs::get);
    table.post("runs/create", runs::create);
    table.search("runs/search", runs::search);
    table.post("runs/update", runs::update);
    table.post("runs/delete", runs::delete);
    table.post("runs/restore", runs::restore);
    table.post("runs/log-metric", runs::logMetric);
    table.post("runs/log-batch", runs::logBatch);
    table.post("runs/log-parameter", runs::logParameter);
    table.post("runs/set-tag", runs::setTag);
    table.post("runs/delete-tag", runs::deleteTag);
    table.post("runs/log-inputs", runs::ignore);
    table.post("runs/log-model", runs::ignore);
    table.post("runs/outputs", runs::ignore);
    table.get("metrics/get-history", runs::history);
    router
        .route(PREFIX + "*")
        .handler(
            ctx ->
                ctx.fail(
                    Refusal.of(
                        404,
                        "ENDPOINT_NOT_FOUND",
                        ctx.request().path() + ": Foreshock has no such part of MLflow's API")));
  }

  @Override
  public void deleted(String run) {
    tracking.deleted(run);
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    if (forwarder != null) {
      forwarder.close();
    }
    try {
      log.sendAll().get(CLOSE_SECONDS, TimeUnit.SECONDS);
      tracking.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("MLflow endpoint: what it still held is sent after the next start", e);
    }
  }

  /** Adds routes under the prefix. */
  private final class Table {
    private final Router router;
    private final Handler<RoutingContext> body;

    Table(Router router, Handler<RoutingContext> body) {
      this.router = router;
      this.body = body;
    }

    void get(String path, Call call) {
      router.get(PREFIX + path).handler(ctx -> answer(ctx, call.answer(query(ctx))));
    }

    /** Adds an operation that changes nothing. */
    void search(String path, Call call) {
      router.post(PREFIX + path).handler(body).handler(ctx -> answer(ctx, call.answer(of(ctx))));
    }

    /** Adds an operation that is forwarded when it was accepted. */
    void post(String path, Call call) {
      router
          .post(PREFIX + path)
          .handler(body)
          .handler(
              ctx -> {
                Request request = of(ctx);
                int bytes = BodyCollector.body(ctx).length();
                answer(
                    ctx,
                    call.answer(request)
                        .thenApply(
                            json -> {
                              forward(path, request, json, bytes);
                              return json;
                            }));
              });
    }
  }

  private void forward(String operation, Request request, ObjectNode answer, int bytes) {
    if (forwarder != null) {
      Request accepted = request;
      if (operation.equals("runs/create")) {
        String id = answer.at("/run/info/run_id").asText();
        accepted = new Request(Json.object().put(OtherServer.CREATED, id));
      }
      forwarder.offer(operation, accepted, bytes);
    }
  }

  private Request of(RoutingContext ctx) {
    return Request.of(RequestBody.decoded(ctx, limits));
  }

  private static Request query(RoutingContext ctx) {
    var fields = Json.object();
    ctx.request().params().forEach(fields::put);
    return new Request(fields);
  }

  private static void answer(RoutingContext ctx, CompletionStage<ObjectNode> answer) {
    Future.fromCompletionStage(answer, ctx.vertx().getOrCreateContext())
        .onSuccess(
            json ->
                ctx.response()
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(Json.text(json)))
        .onFailure(ctx::fail);
  }
}
