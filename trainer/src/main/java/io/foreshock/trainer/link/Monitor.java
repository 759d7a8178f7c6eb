// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;

/**
 * A monitor's addresses for one run, and how requests to it are made.
 *
 * @param address as the user gave it: the service ({@code http://host:8087}) or its write path
 * @param run name of the run
 * @param token for the header Authorization, or null
 */
public record Monitor(URI address, String run, String token) {

  /** Where line protocol goes, timestamps in nanoseconds. */
  URI write() {
    boolean bare = address.getPath() == null || address.getPath().length() <= 1;
    if (address.getQuery() != null) {
      return address;
    }
    return resolve((bare ? "/api/v2/write" : address.getPath()) + "?precision=ns");
  }

  /** Where commands after an id are waited for. */
  URI commands(long after, long waitSeconds) {
    return resolve(runPath() + "/commands?after=" + after + "&wait=" + waitSeconds);
  }

  /** Where a command is acknowledged. */
  URI acknowledgement(long command) {
    return resolve(runPath() + "/commands/" + command + "/ack");
  }

  /** A request with the token, if there is one. */
  HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return token == null ? request : request.header("Authorization", "Token " + token);
  }

  private String runPath() {
    // a path keeps + as it is and wants %20 for a blank
    return "/api/v1/runs/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private URI resolve(String path) {
    return URI.create(address.getScheme() + "://" + address.getRawAuthority() + path);
  }
}
