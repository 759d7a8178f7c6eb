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
 * Bounds what is received of an answer, for the client holds most of them as a whole; what answers
 * need not be an InfluxDB.
 *
 * <p>An answer to a Flux query is read row by row, so its lines are bounded and not its length.
 *
 * <p><b>Threads.</b> Safe.
 */
final class InfluxAnswers implements Interceptor {
  /** An error's text, or the list of buckets. */
  private static final long MOST_BYTES = 1 << 20;

  /** A page of {@link InfluxQlReader}, some hundred bytes a row. */
  private static final long MOST_PAGE_BYTES = 64 << 20;

  /** A row of Flux: an alarm's JSON at most. */
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

  /** Ends in an exception beyond so many bytes, or so many without the end of a line. */
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
        // from the first end of a line in what has come, which is short: near enough
        lineBytes = lineEnd < 0 ? lineBytes + count : sink.size() - lineEnd;
      }
      if (bytes > mostBytes || mostBytes == Long.MAX_VALUE && lineBytes > MOST_LINE_BYTES) {
        throw new IOException(
            "the answer has more than "
                + (bytes > mostBytes ? mostBytes + " bytes" : MOST_LINE_BYTES + " bytes in a line")
                + ", the limit");
      }
      return count;
    }
  }
}
