// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import com.google.protobuf.CodedOutputStream;
import io.foreshock.monitor.ingest.ErrorForm;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** OTLP's form of errors: a {@code google.rpc.Status} in the request's own encoding. */
final class OtlpErrors implements ErrorForm {
  @Override
  public void end(HttpServerRequest request, int status, @Nullable String code, String message) {
    boolean json = OtlpEndpoint.isJson(request);
    int grpc = grpcCode(status);
    Buffer body =
        json
            ? Buffer.buffer(Json.text(Json.object().put("code", grpc).put("message", message)))
            : Buffer.buffer(protobuf(grpc, message));
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", json ? OtlpEndpoint.JSON : OtlpEndpoint.PROTOBUF)
        .end(body);
  }

  /** The message {@code google.rpc.Status}: its two fields need no generated class. */
  private static byte[] protobuf(int code, String message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeInt32(1, code);
      out.writeString(2, message);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static int grpcCode(int status) {
    return switch (status) {
      case 400, 413, 415 -> 3; // INVALID_ARGUMENT
      case 401 -> 16; // UNAUTHENTICATED
      case 403 -> 7; // PERMISSION_DENIED
      case 408 -> 4; // DEADLINE_EXCEEDED
      case 429 -> 8; // RESOURCE_EXHAUSTED
      case 503 -> 14; // UNAVAILABLE
      default -> 13; // INTERNAL
    };
  }
}
