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
 * Counts open connections, closes those beyond a limit at once, and closes those on which the head
 * of a request does not become whole in time, however steadily its bytes come.
 *
 * <p>A new connection has {@code headSeconds} for its first request. One that has been answered has
 * {@code idleSeconds}, because a client may keep it for later; no byte for that long closes it
 * anyway. <b>Threads.</b> Any.
 */
public final class Connections implements Handler<HttpConnection> {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long LOOK_MILLIS = 1000;

  private final int limit;
  private final long headNanos;
  private final long idleNanos;
  private final Map<HttpConnection, Waiting> open = new ConcurrentHashMap<>();
  private final AtomicBoolean told = new AtomicBoolean();

  /** So many connections at a time, and so long for the head of a request. */
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
      if (told.compareAndSet(false, true)) {
        LOG.warn("more than limits.connections = {}: further ones are closed at once", limit);
      }
      connection.close();
    }
  }

  /** The head of a request is whole: until it is answered its connection may take its time. */
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
            LOG.debug("{}: no whole request in time", connection.remoteAddress());
            connection.close();
          }
        });
  }

  /** Until when a connection's next request must have begun. */
  private static final class Waiting {
    private int unanswered;
    private long untilNanos;

    Waiting(long untilNanos) {
      this.untilNanos = untilNanos;
    }

    // the next of pipelined requests begins before the answer to the last is said to have ended
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
