// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.monitor.config.Limits;
import io.vertx.ext.web.RoutingContext;

/** The collected body of a request without its content coding. */
public final class RequestBody {
  private RequestBody() {}

  /**
   * The body as it was before the sender compressed it.
   *
   * @throws BodyException when it decompresses to more than the limit
   * @throws IllegalArgumentException when it is not as {@code Content-Encoding} says
   */
  public static byte[] decoded(RoutingContext ctx, Limits limits) {
    byte[] bytes = BodyCollector.body(ctx).getBytes();
    String encoding = ctx.request().getHeader("Content-Encoding");
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return bytes;
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new IllegalArgumentException(
          "Content-Encoding = '" + encoding + "': expected gzip or identity");
    }
    return Gunzip.decompress(bytes, limits.requests().decompressedBytes());
  }
}
