// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts open connections and closes those beyond a limit at once. It also closes a connection on
 * which a request's head is not complete in time, however steadily its bytes come.
 *
 * <p>A new connection has {@code headSeconds} for its first request. After an answer it has {@code
 * idleSeconds} for the next one, because a client may keep it for later. <b>Threads.</b> Any.
 */
public final class Connections implements Handler<HttpConnection> {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long LOOK_MILLIS = 1000;

  private final int limit;
  private final long headNanos;
  private final long idleNanos;
  private final Map<HttpConnection, Waiting> open = new ConcurrentHashMap<>();
  private final AtomicBoolean logged = new AtomicBoolean();

  /** Creates limits on the number of connections and on the time for a request's head. */
  public Connections(Vertx vertx, int limit, int headSeconds, int idleSeconds) {
    this.limit = limit;
    this.headNanos = TimeUnit.SECONDS.toNanos(headSeconds);
    this.idleNanos = TimeUnit.SECONDS.toNanos(idleSeconds);
    vertx.setPeriodic(LOOK_MILLIS, id -> closeLate(System.nanoTime()));
  }

  @Override
  public void handle(HttpConnection connection) {
    open.put(connection, new Waiting(System.nanoTime() + headNanos));
    connection.closeHandler(closed -> open.remove(connection));
    if (open.size() > limit) {
      if (logged.compareAndSet(false, true)) {
        LOG.warn(
            "more than limits.connections = {} connections: further ones are closed at once; this"
                + " is logged once",
            limit);
      }
      connection.close();
    }
  }

  /** Marks a request's head as complete; its connection has no deadline until the answer. */
  void begun(HttpServerRequest request) {
    Waiting waiting = open.get(request.connection());
    if (waiting != null) {
      waiting.begun();
      request.response().bodyEndHandler(ended -> waiting.answered(System.nanoTime() + idleNanos));
    }
  }

  private void closeLate(long nowNanos) {
    open.forEach(
        (connection, waiting) -> {
          if (waiting.isLate(nowNanos)) {
            LOG.debug("{}: no complete request head in time", connection.remoteAddress());
            connection.close();
          }
        });
  }

  /** The time by which a connection's next request must have begun. */
  private static final class Waiting {
    private int unanswered;
    private long untilNanos;

    Waiting(long untilNanos) {
      this.untilNanos = untilNanos;
    }

    // a pipelined request begins before the event that ends the answer before it
    synchronized void begun() {
      unanswered++;
    }

    synchronized void answered(long newUntilNanos) {
      unanswered--;
      untilNanos = newUntilNanos;
    }

    synchronized boolean isLate(long nowNanos) {
      return unanswered == 0 && nowNanos - untilNanos > 0;
    }
  }
}
