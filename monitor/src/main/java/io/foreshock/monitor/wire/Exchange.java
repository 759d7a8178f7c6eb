// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests and reads their answers within a bound of size and one of time.
 *
 * <p>Whoever answers need not be what is expected: what is longer is not received, and what takes
 * longer ends with its connection. The client's own time-out ends at an answer's head, so it is not
 * enough.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class Exchange {
  private static final Duration MOST_TO_CONNECT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final Duration deadline;

  /**
   * Sends requests whose answers have a deadline.
   *
   * @param deadline for all of an answer, head and body
   */
  public Exchange(Duration deadline) {
    this.deadline = deadline;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(deadline.compareTo(MOST_TO_CONNECT) < 0 ? deadline : MOST_TO_CONNECT)
            .build();
  }

  /**
   * An answer.
   *
   * @param text its body, or the beginning of it
   * @param whole whether that is all of it
   */
  public record Answer(int status, HttpHeaders headers, String text, boolean whole) {}

  /**
   * Sends a request and waits for its answer, of which a beginning is enough.
   *
   * @param mostBytes of the body that are received
   * @throws IOException when there is no answer, or no whole one within the deadline
   * @throws InterruptedException when interrupted; the request is given up
   */
  public Answer send(HttpRequest request, int mostBytes) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<AnswerBody.Text>> future =
        client.sendAsync(request, head -> new AnswerBody(mostBytes));
    try {
      HttpResponse<AnswerBody.Text> response =
          future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      AnswerBody.Text body = response.body();
      return new Answer(response.statusCode(), response.headers(), body.text(), body.whole());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException(
          "no whole answer within %s s".formatted(deadline.toMillis() / 1000.0));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      future.cancel(true); // where it is not over this closes the connection
    }
  }

  /**
   * Sends a request and waits for all of its answer.
   *
   * @throws IOException as {@link #send}, and when the answer is longer than {@code mostBytes}
   */
  public Answer sendForAll(HttpRequest request, int mostBytes)
      throws IOException, InterruptedException {
    Answer answer = send(request, mostBytes);
    if (!answer.whole()) {
      throw new IOException("the answer has more than " + mostBytes + " bytes, the limit");
    }
    return answer;
  }
}
