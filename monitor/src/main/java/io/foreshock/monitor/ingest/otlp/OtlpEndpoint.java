// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.ingest.RequestBody;
import io.foreshock.monitor.ingest.StoredNames;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.Precision;
import io.foreshock.monitor.wire.Json;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * OpenTelemetry's metrics over HTTP: {@code POST /v1/metrics}, protobuf or JSON, gzip or not.
 *
 * <p>A client with {@code OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:8087} and {@code
 * OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf} sends there. Histograms and summaries are reported as
 * rejected in an answer of partial success, because they are no single number.
 */
public final class OtlpEndpoint implements Endpoint {
  static final String JSON = "application/json";
  static final String PROTOBUF = "application/x-protobuf";

  private static final String PATH = "/v1/metrics";

  /** What is remembered of runs, so that it is not written with every export. */
  private static final int MAX_REMEMBERED = 1000;

  private final Engine engine;
  private final Limits limits;
  private final Clock clock;
  private final OtlpLines lines;

  /** Newest configuration of each run. */
  private final Map<String, Map<String, Object>> configs = bounded();

  /** Newest line of each source that has steps. */
  private final Map<OtlpLines.Source, Map<String, Object>> newest = bounded();

  /** Creates an endpoint that writes into an engine. */
  public OtlpEndpoint(Parts parts, Engine engine) {
    this.engine = engine;
    this.limits = parts.config().limits();
    this.clock = parts.clock();
    this.lines = new OtlpLines(new StoredNames(parts.config().names()), limits.names().runBytes());
  }

  @Override
  public String protocol() {
    return "otlp";
  }

  @Override
  public List<String> paths() {
    return List.of(PATH);
  }

  @Override
  public ErrorForm errors() {
    return new OtlpErrors();
  }

  @Override
  public void mount(Router router, Handler<RoutingContext> body) {
    router.post(PATH).handler(body).handler(this::export);
  }

  @Override
  public void deleted(String run) {
    configs.remove(run); // otherwise a later run of this name would have none
    newest.keySet().removeIf(source -> source.run().equals(run));
  }

  static boolean isJson(HttpServerRequest request) {
    return type(request).equals(JSON);
  }

  private void export(RoutingContext ctx) {
    byte[] body = RequestBody.decoded(ctx, limits);
    List<ResourceMetrics> metrics =
        switch (type(ctx.request())) {
          case JSON -> JsonReader.read(body);
          case PROTOBUF, "application/protobuf" -> ProtobufReader.read(body);
          default ->
              throw Refusal.of(
                  415, null, "Content-Type: expected " + PROTOBUF + " or " + JSON + ", over HTTP");
        };
    long unusable = metrics.stream().mapToLong(ResourceMetrics::unusable).sum();
    Future.fromCompletionStage(write(metrics), ctx.vertx().getOrCreateContext())
        .onSuccess(done -> answer(ctx, unusable))
        .onFailure(ctx::fail);
  }

  private CompletableFuture<Void> write(List<ResourceMetrics> metrics) {
    long nowNanos = clock.millis() * 1_000_000;
    LineText text = new LineText();
    Map<String, Map<String, Object>> announced = new HashMap<>();
    Map<OtlpLines.Source, Map<String, Object>> written = new HashMap<>();
    for (ResourceMetrics resource : metrics) {
      String run =
          lines
              .run(resource)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the resource names no run; set OTEL_RESOURCE_ATTRIBUTES="
                              + "service.instance.id=RUN, or foreshock.run=RUN"));
      Map<String, Object> config = OtlpLines.config(resource);
      if (!config.equals(configs.get(run))) {
        text.line(LineText.RUN_CONFIG, run, config, nowNanos);
        announced.put(run, config);
      }
      written.putAll(lines.metrics(text, run, resource, newest, nowNanos));
    }
    if (text.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return engine
        .write(text.bytes(), Precision.NANOSECONDS)
        .thenAccept(
            outcome -> {
              Refusal.unlessTaken(outcome);
              configs.putAll(announced); // not before, because a client may have to send it again
              newest.putAll(written);
            });
  }

  private static void answer(RoutingContext ctx, long unusable) {
    String message =
        unusable == 0 ? "" : "histograms and summaries are not taken: send gauges or sums";
    if (isJson(ctx.request())) {
      var json = Json.object();
      if (unusable > 0) {
        json.putObject("partialSuccess")
            .put("rejectedDataPoints", Long.toString(unusable))
            .put("errorMessage", message);
      }
      end(ctx, JSON, Buffer.buffer(Json.text(json)));
      return;
    }
    ExportMetricsServiceResponse.Builder response = ExportMetricsServiceResponse.newBuilder();
    if (unusable > 0) {
      response.setPartialSuccess(
          ExportMetricsPartialSuccess.newBuilder()
              .setRejectedDataPoints(unusable)
              .setErrorMessage(message));
    }
    end(ctx, PROTOBUF, Buffer.buffer(response.build().toByteArray()));
  }

  private static void end(RoutingContext ctx, String type, Buffer body) {
    ctx.response().putHeader("Content-Type", type).end(body);
  }

  private static String type(HttpServerRequest request) {
    String type = request.getHeader("Content-Type");
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static <K, V> Map<K, V> bounded() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > MAX_REMEMBERED;
          }
        });
  }
}
