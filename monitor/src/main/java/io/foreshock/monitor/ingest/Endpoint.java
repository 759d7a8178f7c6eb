// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * The routes of another tool's protocol, by which its unchanged clients feed the same pipeline as
 * the InfluxDB write API.
 *
 * <p>Everything that the endpoint answers with success is on disk. Requests need the same tokens as
 * the rest of the API. <b>Threads.</b> Handlers run on the event loop and do not block.
 */
public interface Endpoint extends AutoCloseable {
  /** Name of the protocol in metrics. */
  String protocol();

  /** Paths that need a token, and whose errors are written by {@link #errors}. */
  List<String> paths();

  /** How the protocol writes errors. */
  ErrorForm errors();

  /**
   * Adds the routes.
   *
   * @param body collects a request's body within the limits
   */
  void mount(Router router, Handler<RoutingContext> body);

  /** Forgets a run that a person deleted; its name may be used again. */
  default void deleted(String run) {}

  /** Saves what it holds. */
  @Override
  default void close() {}
}
