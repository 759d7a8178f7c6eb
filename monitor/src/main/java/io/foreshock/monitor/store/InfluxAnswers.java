// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Limits the size of an answer, because the client holds most answers as a whole, and the server
 * need not be an InfluxDB.
 *
 * <p>An answer to a Flux query is read row by row, so its lines are limited and not its length.
 *
 * <p><b>Threads.</b> Safe.
 */
final class InfluxAnswers implements Interceptor {
  /** Limit for an error's text or the list of buckets. */
  private static final long MOST_BYTES = 1 << 20;

  /** Limit for a page of {@link InfluxQlReader}, with some hundred bytes per row. */
  private static final long MOST_PAGE_BYTES = 64 << 20;

  /** Limit for a row of Flux, which is an alarm's JSON at most. */
  private static final long MOST_LINE_BYTES = 1 << 20;

  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    ResponseBody body = response.body();
    if (body == null) {
      return response;
    }
    Source bounded =
        switch (chain.request().url().encodedPath()) {
          case "/api/v2/query" ->
              new Bounded(body.source(), response.isSuccessful() ? Long.MAX_VALUE : MOST_BYTES);
          case "/query" -> new Bounded(body.source(), MOST_PAGE_BYTES);
          default -> new Bounded(body.source(), MOST_BYTES);
        };
    return response
        .newBuilder()
        .body(ResponseBody.create(Okio.buffer(bounded), body.contentType(), body.contentLength()))
        .build();
  }

  /** A source that throws an exception beyond a number of bytes in all, or in a line. */
  private static final class Bounded extends ForwardingSource {
    private final long mostBytes;
    private long bytes;
    private long lineBytes;

    Bounded(Source source, long mostBytes) {
      super(source);
      this.mostBytes = mostBytes;
    }

    @Override
    public long read(Buffer sink, long byteCount) throws IOException {
      long before = sink.size();
      long count = super.read(sink, byteCount);
      if (count > 0) {
        bytes += count;
        long lineEnd = sink.indexOf((byte) '\n', before);
        // counts from the first line end among the new bytes, which are few, so it is near enough
        lineBytes = lineEnd < 0 ? lineBytes + count : sink.size() - lineEnd;
      }
      if (bytes > mostBytes || mostBytes == Long.MAX_VALUE && lineBytes > MOST_LINE_BYTES) {
        throw new IOException(
            "the answer has more than "
                + (bytes > mostBytes ? mostBytes + " bytes" : MOST_LINE_BYTES + " bytes in a line")
                + ", which is the limit");
      }
      return count;
    }
  }
}
