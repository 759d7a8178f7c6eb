// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.audit.Audit;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.Version;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Answers requests about the service itself: ping, health, metrics, API description. */
final class Service {
  /** The version that InfluxDB clients see. */
  private static final String INFLUXDB_VERSION = "v2.7.0-foreshock-" + Version.TEXT;

  private final Engine engine;
  private final Journal journal;
  private final Stores stores;
  private final Audit audit;
  private final Meters meters;
  private final Buffer openApi;
  private final Buffer llmsText;

  Service(Engine engine, Journal journal, Stores stores, Audit audit, Meters meters) {
    this.engine = engine;
    this.audit = audit;
    this.journal = journal;
    this.stores = stores;
    this.meters = meters;
    this.openApi = openApi();
    this.llmsText = Buffer.buffer(LlmsText.of(Json.tree(openApi.toString())));
  }

  void ping(RoutingContext ctx) {
    ctx.response()
        .setStatusCode(204)
        .putHeader("X-Influxdb-Version", INFLUXDB_VERSION)
        .putHeader("X-Influxdb-Build", "foreshock")
        .end();
  }

  void health(RoutingContext ctx) {
    // always 200, because a supervisor that restarts on 503 would not empty a full disk
    Optional<String> trouble = journal.trouble();
    boolean pass = trouble.isEmpty();
    String message =
        pass
            ? engine
                .trouble()
                .or(stores::trouble)
                .or(audit::trouble)
                .orElse("ready for queries and writes")
            : "writes are answered 503, detection and alarms continue: " + trouble.get();
    Answers.json(
        ctx,
        200,
        Json.object()
            .put("name", "foreshock")
            .put("message", message)
            .put("status", pass ? "pass" : "fail")
            .put("version", Version.TEXT));
  }

  void metrics(RoutingContext ctx) {
    ctx.response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(meters.scrape());
  }

  void openApi(RoutingContext ctx) {
    ctx.response().putHeader("Content-Type", "application/json").end(openApi);
  }

  void llmsText(RoutingContext ctx) {
    ctx.response().putHeader("Content-Type", "text/markdown; charset=utf-8").end(llmsText);
  }

  private static Buffer openApi() {
    try (InputStream in = Service.class.getResourceAsStream("openapi.json")) {
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("openapi.json cannot be read", e);
    }
  }
}
