// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.alert.Notifiers;
import io.foreshock.monitor.api.Connections;
import io.foreshock.monitor.api.Reception;
import io.foreshock.monitor.api.Routes;
import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.ingest.Endpoint;
import io.foreshock.monitor.ingest.mlflow.MlflowEndpoint;
import io.foreshock.monitor.ingest.otlp.OtlpEndpoint;
import io.foreshock.monitor.ingest.trackio.TrackioEndpoint;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.Parts;
import io.foreshock.monitor.pipeline.Pipeline;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.store.StoreFeed;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.store.sql.SqlDoor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running monitor, and the only place where its parts are put together.
 *
 * <p>The future of {@link #start} succeeds only when everything acknowledged before is recovered
 * and the port is open. <b>Errors.</b> It fails with a {@link StartException} whose message names
 * what to correct. <b>Threads.</b> Any.
 */
public final class Monitor {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

  private static final int IDLE_SECONDS = 180;

  /** Bodies are long here: Vert.x's default of 8 KiB costs a tenth of the event loop's time. */
  private static final int BODY_CHUNK_BYTES = 64 << 10;

  private final Vertx vertx;
  private final DataDirectory data;
  private final Engine engine;
  private final Stores stores;
  private final List<Endpoint> endpoints;
  private final @Nullable SqlDoor sql;
  private final Router router;
  private final Meters meters = new Meters();
  private @Nullable HttpServer server;

  private Monitor(
      Vertx vertx, DataDirectory data, MonitorConfig config, Clock wallClock, LongSupplier nanoTime)
      throws IOException {
    this.vertx = vertx;
    this.data = data;
    LiveHub live = new LiveHub();
    Journal journal =
        Journal.open(
            config.data().resolve("journal"),
            config.journalSegmentBytes(),
            new Room(config.limits().disk().journalBytes(), config.limits().disk().freeBytes()),
            meters::synced);
    this.stores = Stores.open(config, wallClock);
    Runs runs = new Runs(config, nanoTime, Runtime.getRuntime().maxMemory());
    AlertRouter alerts =
        new AlertRouter(config.notifiers(), Notifiers.of(config, meters, wallClock));
    Parts parts = new Parts(config, journal, runs, stores, alerts, live, meters, wallClock);
    meters.gauge(
        "foreshock.live.clients", "live streams", () -> live.subscriptions(LiveHub.Kind.STREAM));
    meters.gauge(
        "foreshock.command.polls",
        "training runs that wait for commands",
        () -> live.subscriptions(LiveHub.Kind.POLL));
    meters.gauge("foreshock.journal.waiting", "entries not on disk yet", journal::waiting);
    meters.gauge("foreshock.journal.bytes", "size of the journal's files", journal::bytes);
    meters.gauge(
        "foreshock.journal.lost.bytes", "bytes found damaged at the start", journal::lostBytes);
    meters.gauge(
        "foreshock.disk.free.bytes",
        "bytes left on the disk of the data directory",
        () -> config.data().toFile().getUsableSpace());
    stores.feeds().forEach(feed -> gauges(meters, feed, journal));
    meters.gauge("foreshock.runs", "runs known", runs::size);
    meters.gauge("foreshock.runs.in.memory", "runs not parked on disk", runs::inMemory);
    meters.gauge("foreshock.runs.bytes", "heap that the runs use, estimated", runs::bytes);
    meters.gauge("foreshock.series", "series of the runs in memory", runs::series);
    this.engine = Engine.start(parts, new Pipeline(parts));
    this.endpoints =
        List.of(
            new MlflowEndpoint(vertx, parts, engine, nanoTime),
            new TrackioEndpoint(parts, engine),
            new OtlpEndpoint(parts, engine));
    this.sql =
        stores
            .embedded()
            .map(store -> SqlDoor.of(store, config.data(), config.limits().disk().freeBytes()))
            .orElse(null);
    this.router = Routes.router(vertx, parts, engine, sql, endpoints);
  }

  /** Starts a monitor. */
  public static Future<Monitor> start(MonitorConfig config) {
    return start(config, Clock.systemUTC(), System::nanoTime);
  }

  /**
   * Starts a monitor with the given clocks.
   *
   * @param wallClock dates what it receives, decides and sends
   * @param nanoTime measures how long a run is silent
   */
  static Future<Monitor> start(MonitorConfig config, Clock wallClock, LongSupplier nanoTime) {
    if (config.access().tokens().isEmpty() && !Routes.isLoopback(config.access().host())) {
      return Future.failedFuture(
          new StartException(
              ("host = %s can be reached from other machines, so tokens must be configured"
                      + " (tokens: [...])")
                  .formatted(config.access().host())));
    }
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    // otherwise Vert.x would unpack files to a temporary directory
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Promise<Monitor> started = Promise.promise();
    vertx
        .executeBlocking(() -> assemble(vertx, config, wallClock, nanoTime))
        .compose(monitor -> monitor.listen(config))
        .onSuccess(started::complete)
        .onFailure(failure -> end(vertx, () -> {}).onComplete(ended -> started.fail(failure)));
    return started.future();
  }

  /** The port it listens on. */
  public int port() {
    HttpServer listening = server;
    if (listening == null) {
      throw new IllegalStateException("the monitor does not listen");
    }
    return listening.actualPort();
  }

  /** Whether a store still reads from the journal what it lacks. */
  boolean isBehind() {
    return stores.feeds().stream().anyMatch(StoreFeed::behind);
  }

  /** The routes it answers, as {@code get /path}. */
  List<String> routes() {
    return router.getRoutes().stream()
        .filter(route -> route.getPath() != null && route.methods() != null)
        .flatMap(
            route ->
                route.methods().stream()
                    .map(m -> m.name().toLowerCase(Locale.ROOT) + " " + route.getPath()))
        .toList();
  }

  /** Stops accepting requests, then saves everything and unlocks the data directory. */
  public Future<Void> close() {
    return end(
        vertx,
        () -> {
          if (server != null) {
            join(server.close());
          }
          closeParts();
        });
  }

  private static Monitor assemble(
      Vertx vertx, MonitorConfig config, Clock wallClock, LongSupplier nanoTime)
      throws IOException {
    DataDirectory data = DataDirectory.lock(config.data());
    try {
      return new Monitor(vertx, data, config, wallClock, nanoTime);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw new StartException("the monitor cannot start: " + e.getMessage(), e);
    }
  }

  private static void gauges(Meters meters, StoreFeed feed, Journal journal) {
    String[] tags = {"store", feed.name()};
    meters.gauge(
        "foreshock.store.waiting.bytes", "telemetry not stored yet", feed::waitingBytes, tags);
    meters.gauge(
        "foreshock.store.lag.entries",
        "journal entries not stored yet",
        () -> Math.max(0, journal.durableSequence() - feed.appliedSequence()),
        tags);
    meters.gauge(
        "foreshock.store.behind",
        "1 while lines wait in the journal for the store",
        () -> feed.behind() ? 1 : 0,
        tags);
    meters.gauge("foreshock.store.failures", "writes that failed", feed::failures, tags);
    meters.gauge(
        "foreshock.store.unreadable",
        "1 while the last read failed",
        () -> feed.reads().trouble() == null ? 0 : 1,
        tags);
    meters.gauge(
        "foreshock.store.read.failures", "reads that failed", feed.reads()::failures, tags);
    meters.gauge(
        "foreshock.store.refused.lines", "lines refused for good", feed::refusedLines, tags);
  }

  private Future<Monitor> listen(MonitorConfig config) {
    Limits limits = config.limits();
    Connections connections =
        new Connections(
            vertx,
            limits.requests().connections(),
            limits.requests().receiveSeconds(),
            IDLE_SECONDS);
    Reception reception = Routes.reception(router, connections, meters);
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setHandle100ContinueAutomatically(true)
                .setMaxChunkSize(BODY_CHUNK_BYTES)
                // otherwise a connection that sends nothing is not reported, and so not counted
                .setHttp2ClearTextEnabled(false)
                // longer than the longest poll and the pause between heartbeats
                .setIdleTimeout(IDLE_SECONDS))
        .connectionHandler(connections)
        .requestHandler(reception)
        .invalidRequestHandler(reception::undecodable)
        .exceptionHandler(reception::failed)
        .listen(config.access().port(), config.access().host())
        .map(
            listening -> {
              server = listening;
              return this;
            })
        .recover(
            failure -> {
              String message =
                  "%s:%s: cannot listen there: %s; is a monitor running there? (--port)"
                      .formatted(
                          config.access().host(), config.access().port(), failure.getMessage());
              return vertx
                  .executeBlocking(
                      () -> {
                        closeParts();
                        return null;
                      })
                  .transform(closed -> Future.failedFuture(new StartException(message, failure)));
            });
  }

  private void closeParts() throws IOException {
    endpoints.forEach(Endpoint::close);
    if (sql != null) {
      sql.close();
    }
    engine.close();
    data.close();
    LOG.info("closed");
  }

  /**
   * Closes on a thread of its own, because Vert.x cannot report its own end on one of its threads.
   */
  private static Future<Void> end(Vertx vertx, Closing first) {
    Promise<Void> ended = Promise.promise();
    Thread thread =
        new Thread(
            () -> {
              try {
                first.run();
                join(vertx.close());
                ended.complete();
              } catch (Exception e) {
                ended.fail(e);
              }
            },
            "close");
    thread.start();
    return ended.future();
  }

  private static void join(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }

  private interface Closing {
    void run() throws IOException;
  }
}
