// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts open connections, and closes those beyond a limit at once. Told once. */
public final class Connections implements Handler<HttpConnection> {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();

  /** So many at a time. */
  public Connections(int limit) {
    this.limit = limit;
  }

  @Override
  public void handle(HttpConnection connection) {
    connection.closeHandler(closed -> open.decrementAndGet());
    if (open.incrementAndGet() > limit) {
      if (told.compareAndSet(false, true)) {
        LOG.warn("more than limits.connections = {}: further ones are closed at once", limit);
      }
      connection.close();
    }
  }
}
