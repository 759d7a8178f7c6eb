// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;

/** The entrance for requests: passes well-formed HTTP to the router and answers the rest itself. */
public final class Reception implements Handler<HttpServerRequest> {
  private static final int BAD_REQUEST = 400;
  private static final int NOT_IMPLEMENTED = 501;

  private final Connections connections;
  private final ErrorBodies errors;
  private final Handler<HttpServerRequest> router;

  /** Creates a reception in front of this router. */
  Reception(Connections connections, ErrorBodies errors, Handler<HttpServerRequest> router) {
    this.connections = connections;
    this.errors = errors;
    this.router = router;
  }

  @Override
  public void handle(HttpServerRequest request) {
    connections.begun(request);
    List<String> codings = request.headers().getAll("Transfer-Encoding");
    if (!codings.isEmpty() && request.version() != HttpVersion.HTTP_1_1) {
      errors.malformed(request, BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding");
    } else if (!codings.isEmpty() && !isChunked(codings)) {
      // Netty would read a request without a body, and then the body as the next request
      errors.malformed(request, NOT_IMPLEMENTED, "Transfer-Encoding: expected chunked");
    } else if (request.version() == HttpVersion.HTTP_1_1 && !hasOneHost(request)) {
      errors.malformed(request, BAD_REQUEST, "expected one Host header, with a host or host:port");
    } else if (request.path() == null || request.path().isEmpty()) {
      errors.malformed(request, BAD_REQUEST, "expected a path that starts with /");
    } else if (!hasReadableQuery(request)) {
      errors.malformed(request, BAD_REQUEST, "path and query: expected %-encoding");
    } else {
      router.handle(request);
    }
  }

  /** Answers bytes that could not be decoded as a request. */
  public void undecodable(HttpServerRequest request) {
    errors.undecodable(request);
  }

  /** Counts and logs a failure of a connection, which is then closed. */
  public void failed(Throwable cause) {
    errors.connectionFailed(cause);
  }

  private static boolean hasReadableQuery(HttpServerRequest request) {
    try {
      return request.params() != null; // the request keeps the decoded parameters
    } catch (IllegalArgumentException e) {
      return false; // such as %zz
    }
  }

  private static boolean isChunked(List<String> codings) {
    return codings.size() == 1 && codings.get(0).strip().equalsIgnoreCase("chunked");
  }

  private static boolean hasOneHost(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("Host");
    return hosts.size() == 1 && HostAndPort.parseAuthority(hosts.get(0), -1) != null;
  }
}
