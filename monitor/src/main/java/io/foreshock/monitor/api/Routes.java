// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.ingest.BodyCollector;
import io.foreshock.monitor.ingest.WriteHandler;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.store.Stores;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The table of routes. {@code openapi.json} describes it; a test compares the two. */
public final class Routes {
  private Routes() {}

  /** Creates a router over these parts. */
  public static Router router(Vertx vertx, Parts parts, Engine engine) {
    Limits limits = parts.config().limits();
    Stores stores = parts.stores();
    Service service = new Service(engine, parts.journal(), stores, parts.meters());
    RunList list = new RunList(vertx, parts.runs()::views);
    RunsApi runsApi = new RunsApi(parts.runs(), list, stores);
    SeriesApi series = new SeriesApi(runsApi, stores);
    SignalsApi signals = new SignalsApi(runsApi, stores);
    ReportApi report = new ReportApi(runsApi, stores);
    CommandsApi commands = new CommandsApi(parts, runsApi, engine);
    PreflightApi preflight = new PreflightApi(engine);
    LiveApi liveApi = new LiveApi(runsApi, parts.live(), limits.clients().live());
    WriteHandler write = new WriteHandler(engine, limits);
    Authentication authentication =
        new Authentication(
            parts.config().access().tokens(), new WrongTokens(parts.meters(), System::nanoTime));
    // only routes that need a body have it, because unread bodies must not use the room of writes
    BodyCollector body = new BodyCollector(engine, limits);
    Pages pages = new Pages();
    ErrorBodies errors = new ErrorBodies(parts.meters());

    Router router = Router.router(vertx);
    router.route().failureHandler(errors::answer);
    router.route().handler(Routes::commonHeaders);
    router.get("/ping").handler(service::ping);
    router.head("/ping").handler(service::ping);
    router.get("/health").handler(service::health);
    router.get("/openapi.json").handler(service::openApi);

    router.route("/api/*").handler(authentication);
    router.route("/write").handler(authentication);
    router.route("/metrics").handler(authentication);
    router.post("/api/v2/write").handler(body).handler(write);
    router.post("/write").handler(body).handler(write);
    router.get("/metrics").handler(service::metrics);
    router.post("/api/v1/preflight").handler(body).handler(preflight::post);
    router.post("/api/v1/forecast").handler(body).handler(preflight::post); // its old name
    router.get("/api/v1/counts").handler(runsApi::counts);
    router.get("/api/v1/runs").handler(runsApi::list);
    router.get("/api/v1/runs/:run").handler(runsApi::one);
    router.get("/api/v1/runs/:run/series").handler(series::read);
    router.get("/api/v1/runs/:run/signals").handler(signals::read);
    router.get("/api/v1/runs/:run/alarms").handler(runsApi::alarms);
    router.get("/api/v1/runs/:run/segments").handler(runsApi::segments);
    router.get("/api/v1/runs/:run/commands").handler(commands::list);
    router.post("/api/v1/runs/:run/commands").handler(body).handler(commands::post);
    router.post("/api/v1/runs/:run/commands/:id/ack").handler(body).handler(commands::acknowledge);
    router.get("/api/v1/runs/:run/report").handler(report::write);
    router.get("/api/v1/runs/:run/live").handler(liveApi::stream);

    router.get("/webjars/*").handler(pages::library);
    router.get("/*").handler(pages::page);
    for (int status : new int[] {404, 405}) {
      router.errorHandler(status, errors::answer);
    }
    router.errorHandler(400, errors::undecodablePath);
    return router;
  }

  /** Creates the entrance for a router's requests. */
  public static Reception reception(Router router, Connections connections, Meters meters) {
    return new Reception(connections, new ErrorBodies(meters), router);
  }

  /** Whether an address can be reached from this machine only. */
  public static boolean isLoopback(String host) {
    return Authentication.isLoopback(host);
  }

  private static void commonHeaders(RoutingContext ctx) {
    ctx.response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer");
    ctx.next();
  }
}
