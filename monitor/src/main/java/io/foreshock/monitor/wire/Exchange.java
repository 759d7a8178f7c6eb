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
 * Sends requests and reads their answers within a limit of size and a limit of time.
 *
 * <p>The server need not be the expected one. Bytes beyond the limit are not received, and at the
 * deadline the connection is closed. The client's own timeout covers only an answer's head, so it
 * is not enough.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class Exchange {
  private static final Duration MOST_TO_CONNECT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final Duration deadline;

  /**
   * Creates an exchange whose answers have a deadline.
   *
   * @param deadline for the whole answer, head and body
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
   * @param text the body, or its beginning
   * @param whole whether that is the whole body
   */
  public record Answer(int status, HttpHeaders headers, String text, boolean whole) {}

  /**
   * Sends a request and waits for its answer; the beginning of a long body is enough.
   *
   * @param mostBytes most bytes of the body to receive
   * @throws IOException when there is no complete answer within the deadline
   * @throws InterruptedException when interrupted; the request is cancelled
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
          "no complete answer within %s s".formatted(deadline.toMillis() / 1000.0));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      future.cancel(true); // closes the connection when the answer is not complete
    }
  }

  /**
   * Sends a request and waits for its whole answer.
   *
   * @throws IOException as {@link #send}, and when the answer is longer than {@code mostBytes}
   */
  public Answer sendForAll(HttpRequest request, int mostBytes)
      throws IOException, InterruptedException {
    Answer answer = send(request, mostBytes);
    if (!answer.whole()) {
      throw new IOException("the answer has more than " + mostBytes + " bytes, which is the limit");
    }
    return answer;
  }
}
