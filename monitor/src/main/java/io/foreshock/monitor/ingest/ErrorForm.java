// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** How one protocol writes an answer that is an error. */
@FunctionalInterface
public interface ErrorForm {
  /**
   * Writes the whole answer.
   *
   * @param status 400 or above
   * @param code the protocol's word for the error; null = the usual one for the status
   */
  void end(HttpServerRequest request, int status, @Nullable String code, String message);
}
