// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.audit.Audit;
import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.ingest.BodyCollector;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.ingest.WriteHandler;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.store.sql.SqlDoor;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of routes. {@code openapi.json} describes it; a test compares the two. */
public final class Routes {
  private Routes() {}

  /**
   * Creates a router over these parts.
   *
   * @param sql answers SQL; null when no store can
   * @param endpoints the protocols of other tools' clients
   */
  public static Router router(
      Vertx vertx,
      Parts parts,
      Engine engine,
      @Nullable SqlDoor sql,
      List<? extends Endpoint> endpoints) {
    Limits limits = parts.config().limits();
    Stores stores = parts.stores();
    Audit audit = new Audit(parts.config().data(), parts.clock());
    AuditApi audits = new AuditApi(audit);
    Service service = new Service(engine, parts.journal(), stores, audit, parts.meters());
    RunList list = new RunList(vertx, parts.runs()::views);
    RunsApi runsApi = new RunsApi(parts.runs(), list, stores);
    AlarmsApi alarms = new AlarmsApi(parts.runs(), stores);
    SeriesApi series = new SeriesApi(runsApi, stores);
    ComparisonApi comparison = new ComparisonApi(parts.runs(), stores);
    SignalsApi signals = new SignalsApi(runsApi, stores, parts.runs().rules());
    ExportApi export = new ExportApi(vertx, runsApi, stores, parts.config());
    SqlApi sqlApi = new SqlApi(vertx, sql);
    ReportApi report = new ReportApi(runsApi, stores);
    EventsApi events = new EventsApi(parts, runsApi, engine, audits);
    CommandsApi commands = new CommandsApi(parts, runsApi, engine, audits);
    PreflightApi preflight = new PreflightApi(engine);
    RulesApi rules = new RulesApi(parts.runs().rules(), engine, audits);
    RemarksApi remarks = new RemarksApi(parts, runsApi, engine, audits, endpoints);
    LiveApi liveApi = new LiveApi(runsApi, parts.live(), limits.clients().live());
    McpApi mcp =
        new McpApi(
            new McpTools(vertx, parts.runs(), list, stores, signals, series, report, engine));
    WriteHandler write = new WriteHandler(engine, limits);
    Authentication authentication =
        new Authentication(
            parts.config().access().tokens(), new WrongTokens(parts.meters(), System::nanoTime));
    // only routes that need a body have it, because unread bodies must not use the room of writes
    BodyCollector body = new BodyCollector(engine, limits);
    Pages pages = new Pages(parts.config());
    ErrorBodies errors = new ErrorBodies(parts.meters());

    Router router = Router.router(vertx);
    for (Endpoint endpoint : endpoints) {
      ErrorBodies own = new ErrorBodies(parts.meters(), endpoint.errors());
      for (String path : endpoint.paths()) {
        router
            .route(path)
            .handler(ctx -> count(ctx, endpoint, parts.meters()))
            .failureHandler(own::answer);
      }
    }
    router.route().failureHandler(errors::answer);
    router.route().handler(Routes::commonHeaders);
    router.get("/ping").handler(service::ping);
    router.head("/ping").handler(service::ping);
    router.get("/health").handler(service::health);
    router.get("/openapi.json").handler(service::openApi);
    router.get("/llms.txt").handler(service::llmsText);

    router.route("/api/*").handler(authentication);
    router.route("/write").handler(authentication);
    router.route("/mcp").handler(authentication);
    router.route("/metrics").handler(authentication);
    router.post("/api/v2/write").handler(body).handler(write);
    router.post("/write").handler(body).handler(write);
    router.get("/metrics").handler(service::metrics);
    router.post("/mcp").handler(body).handler(mcp::post);
    router.route("/mcp").handler(mcp::refuse);
    router.post("/api/v1/preflight").handler(body).handler(preflight::post);
    router.post("/api/v1/forecast").handler(body).handler(preflight::post); // its old name
    router.get("/api/v1/rules").handler(rules::list);
    router.post("/api/v1/rules").handler(body).handler(rules::post);
    router.delete("/api/v1/rules/:name").handler(rules::delete);
    router.get("/api/v1/sql").handler(sqlApi::get);
    router.post("/api/v1/sql").handler(body).handler(sqlApi::post);
    router.post("/api/v1/comparison").handler(body).handler(comparison::post);
    router.get("/api/v1/page").handler(pages::defaults);
    router.get("/api/v1/counts").handler(runsApi::counts);
    router.get("/api/v1/alarms").handler(alarms::list);
    router.get("/api/v1/runs").handler(runsApi::list);
    router.get("/api/v1/columns").handler(runsApi::columns);
    router.get("/api/v1/audit").handler(audits::list);
    router.get("/api/v1/runs/:run").handler(runsApi::one);
    router.patch("/api/v1/runs/:run").handler(body).handler(remarks::patch);
    router.delete("/api/v1/runs/:run").handler(remarks::delete);
    router.get("/api/v1/runs/:run/series").handler(series::read);
    router.get("/api/v1/runs/:run/signals").handler(signals::read);
    router.get("/api/v1/runs/:run/alarms").handler(runsApi::alarms);
    router.get("/api/v1/runs/:run/acknowledgements").handler(remarks::acknowledgements);
    router
        .post("/api/v1/runs/:run/incidents/:incident/ack")
        .handler(body)
        .handler(remarks::acknowledge);
    router.get("/api/v1/runs/:run/segments").handler(runsApi::segments);
    router.get("/api/v1/runs/:run/events").handler(events::list);
    router.post("/api/v1/runs/:run/events").handler(body).handler(events::post);
    router.get("/api/v1/runs/:run/evaluations").handler(events::evaluations);
    router.get("/api/v1/runs/:run/commands").handler(commands::list);
    router.post("/api/v1/runs/:run/commands").handler(body).handler(commands::post);
    router.post("/api/v1/runs/:run/commands/:id/ack").handler(body).handler(commands::acknowledge);
    router.get("/api/v1/runs/:run/report").handler(report::write);
    router.get("/api/v1/runs/:run/export").handler(export::read);
    router.get("/api/v1/runs/:run/live").handler(liveApi::stream);

    for (Endpoint endpoint : endpoints) {
      mount(router, endpoint, authentication, body);
    }

    router.get("/webjars/*").handler(pages::library);
    router.get("/*").handler(pages::page);
    for (int status : new int[] {404, 405}) {
      router.errorHandler(status, errors::answer);
    }
    router.errorHandler(400, errors::undecodablePath);
    return router;
  }

  private static void mount(
      Router router, Endpoint endpoint, Authentication authentication, BodyCollector body) {
    for (String path : endpoint.paths()) {
      if (!path.startsWith("/api/")) { // those have been admitted above
        router.route(path).handler(authentication);
      }
    }
    endpoint.mount(router, body);
  }

  private static void count(RoutingContext ctx, Endpoint endpoint, Meters meters) {
    ctx.addEndHandler(end -> meters.answered(endpoint.protocol(), ctx.response().getStatusCode()));
    ctx.next();
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
