// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Gzip;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.ingest.Examples;
import io.foreshock.monitor.wire.Json;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenTelemetry's metrics over HTTP, and its real SDK for Python. */
class OtlpIT {
  private static final String[] PROTOBUF = {"Content-Type", "application/x-protobuf"};
  private static final String[] JSON = {"Content-Type", "application/json"};
  private static final long START_NANOS = 1_760_000_000_000_000_000L;

  @TempDir static Path data;
  @TempDir static Path work;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "limits: {body_bytes: 100000}");
  }

  @Test
  void gaugesAndSumsOfAStepAreOneLine() throws Exception {
    for (int step = 1; step <= 10; step++) {
      byte[] body = request("protobuf", step, true);
      HttpResponse<String> answer =
          step % 2 == 0
              ? monitor.post("/v1/metrics", body, PROTOBUF)
              : monitor.post(
                  "/v1/metrics",
                  Gzip.of(body),
                  "Content-Type",
                  "application/x-protobuf",
                  "Content-Encoding",
                  "gzip");
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals("", answer.body(), "an empty message is full success");
    }
    assertEquals(10, monitor.count("protobuf", "loss", 10));
    assertEquals(10, monitor.count("protobuf", "grad_norm", 10));
    JsonNode run = monitor.json("/api/v1/runs/protobuf");
    assertEquals(10, run.path("last_step").asInt());
    assertEquals(12, run.at("/configuration/layers").asInt());
    assertEquals("bf16", run.at("/configuration/precision").asText());
    assertEquals(0, run.at("/understood/repeated_lines").asInt());
  }

  @Test
  void aClientThatOutlivesItsDeletedRunBeginsANewOneWithItsConfiguration() throws Exception {
    for (int step = 1; step <= 3; step++) {
      monitor.post("/v1/metrics", request("outlived", step, true), PROTOBUF);
    }
    assertEquals(204, monitor.delete("/api/v1/runs/outlived").statusCode());
    monitor.post("/v1/metrics", request("outlived", 4, true), PROTOBUF);
    JsonNode run = monitor.json("/api/v1/runs/outlived");
    assertEquals(4, run.path("last_step").asInt());
    assertEquals(12, run.at("/configuration/layers").asInt());
    assertEquals(1, monitor.count("outlived", "loss", 1));
  }

  @Test
  void withoutAStepItIsChartedByTime() throws Exception {
    monitor.post("/v1/metrics", request("unstepped", 1, false), PROTOBUF);
    String path = "/api/v1/runs/unstepped/series?measurement=metrics";
    TestMonitor.await(() -> !monitor.json(path).path("series").isEmpty());
    assertTrue(
        monitor
            .json(path)
            .path("series")
            .findValuesAsText("field")
            .contains("megatron.training.loss"));
  }

  @Test
  void jsonIsUnderstoodWithIntegersAsTextsAndAStepAsAttribute() throws Exception {
    String body =
        """
        {"resourceMetrics": [{
          "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "trainer"}},
            {"key": "service.instance.id", "value": {"stringValue": "json"}}]},
          "scopeMetrics": [{"metrics": [
            {"name": "train/loss", "gauge": {"dataPoints": [
              {"asDouble": 2.5, "timeUnixNano": "1760000000000000000",
               "attributes": [{"key": "step", "value": {"intValue": "7"}}]}]}},
            {"name": "samples", "sum": {"dataPoints": [
              {"asInt": "512", "timeUnixNano": "1760000000000000000",
               "attributes": [{"key": "step", "value": {"intValue": "7"}}]}]}},
            {"name": "latency", "histogram": {"dataPoints": [{"count": "3"}]}}]}]}]}
        """;
    HttpResponse<String> answer = monitor.post("/v1/metrics", body, JSON);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("1", Json.tree(answer.body()).at("/partialSuccess/rejectedDataPoints").asText());
    JsonNode run = monitor.json("/api/v1/runs/json");
    assertEquals(7, run.path("last_step").asInt());
    assertEquals(2.5, run.path("loss").asDouble());
  }

  @Test
  void errorsAreAStatusInTheRequestsEncoding() throws Exception {
    HttpResponse<String> noRun = monitor.post("/v1/metrics", request("", 1, true), PROTOBUF);
    assertEquals(400, noRun.statusCode());
    assertEquals("application/x-protobuf", noRun.headers().firstValue("Content-Type").orElse(""));
    assertTrue(noRun.body().contains("OTEL_RESOURCE_ATTRIBUTES"), noRun.body());
    HttpResponse<String> json = monitor.post("/v1/metrics", "{", JSON);
    assertEquals(400, json.statusCode());
    assertEquals(3, Json.tree(json.body()).path("code").asInt());
    assertEquals(400, monitor.post("/v1/metrics", "text", PROTOBUF).statusCode());
    assertEquals(415, monitor.post("/v1/metrics", "text").statusCode());
    assertEquals(413, monitor.post("/v1/metrics", " ".repeat(100_001), JSON).statusCode());
    assertEquals(
        403,
        monitor
            .post("/v1/metrics", "{}", "Content-Type", "application/json", "Origin", "http://x.org")
            .statusCode());
  }

  @Test
  void theRealSdkForPythonIsUnderstood() throws Exception {
    Examples python =
        Examples.with(
            "opentelemetry.exporter.otlp.proto.http.metric_exporter, opentelemetry.sdk.metrics",
            "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http",
            work);
    for (String compression : new String[] {"none", "gzip"}) {
      String run = "sdk-" + compression;
      String said =
          python.run(
              "otlp_run.py",
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  monitor.url(),
                  "OTEL_EXPORTER_OTLP_COMPRESSION",
                  compression,
                  "OTEL_RESOURCE_ATTRIBUTES",
                  "service.instance.id=" + run));
      assertEquals(30, monitor.count(run, "loss", 30), said);
      assertEquals(30, monitor.json("/api/v1/runs/" + run).path("last_step").asInt());
    }
  }

  private static byte[] request(String run, int step, boolean withStep) {
    long time = START_NANOS + step;
    ScopeMetrics.Builder scope =
        ScopeMetrics.newBuilder()
            .addMetrics(gauge("megatron.training.loss", 2.5, time))
            .addMetrics(gauge("megatron.training.grad_norm", 1, time))
            .addMetrics(
                Metric.newBuilder()
                    .setName("megatron.training.skipped_iters")
                    .setSum(
                        Sum.newBuilder()
                            .addDataPoints(
                                NumberDataPoint.newBuilder().setAsInt(0).setTimeUnixNano(time))));
    if (withStep) {
      scope.addMetrics(gauge("megatron.training.iteration", step, time));
    }
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(attribute("service.name", "unknown_service:python"))
                        .addAttributes(attribute("nemo.run.id", run))
                        .addAttributes(attribute("megatron.num_layers", "12"))
                        .addAttributes(attribute("megatron.precision", "bf16")))
                .addScopeMetrics(scope))
        .build()
        .toByteArray();
  }

  private static Metric gauge(String name, double value, long time) {
    return Metric.newBuilder()
        .setName(name)
        .setGauge(
            Gauge.newBuilder()
                .addDataPoints(
                    NumberDataPoint.newBuilder().setAsDouble(value).setTimeUnixNano(time)))
        .build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }
}
