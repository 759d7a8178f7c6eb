// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of a monitor for one run, and requests to it.
 *
 * @param address address from the user: the service ({@code http://host:8087}) or its write path
 * @param run name of the run
 * @param token token for the header Authorization, if there is one
 */
public record Monitor(URI address, String run, @Nullable String token) {

  /** Address to which line protocol is sent, with timestamps in nanoseconds. */
  URI write() {
    boolean bare = address.getPath() == null || address.getPath().length() <= 1;
    if (address.getQuery() != null) {
      return address;
    }
    return resolve((bare ? "/api/v2/write" : address.getPath()) + "?precision=ns");
  }

  /** Address that waits for commands after an id. */
  URI commands(long after, long waitSeconds) {
    return resolve(runPath() + "/commands?after=" + after + "&wait=" + waitSeconds);
  }

  /** Address that acknowledges a command. */
  URI acknowledgement(long command) {
    return resolve(runPath() + "/commands/" + command + "/ack");
  }

  /** Starts a request with the token, if there is one. */
  HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return token == null ? request : request.header("Authorization", "Token " + token);
  }

  private String runPath() {
    // in a path, + stays + and a blank must be %20
    return "/api/v1/runs/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private URI resolve(String path) {
    return URI.create(address.getScheme() + "://" + address.getRawAuthority() + path);
  }
}
