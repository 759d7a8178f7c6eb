// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** MLflow's form of errors: {@code {"error_code", "message"}}. */
final class MlflowErrors implements ErrorForm {
  @Override
  public void end(HttpServerRequest request, int status, @Nullable String code, String message) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(
            Json.text(
                Json.object()
                    .put("error_code", code == null ? usual(status) : code)
                    .put("message", message)));
  }

  private static String usual(int status) {
    return switch (status) {
      case 400, 408, 413 -> "INVALID_PARAMETER_VALUE";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404, 405 -> "ENDPOINT_NOT_FOUND";
      case 429 -> "REQUEST_LIMIT_EXCEEDED";
      case 501 -> "NOT_IMPLEMENTED";
      case 503 -> "TEMPORARILY_UNAVAILABLE";
      default -> "INTERNAL_ERROR";
    };
  }
}
