// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

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
 * Sends requests and reads their answers, with limits of size and time.
 *
 * <p>The other side may not be a monitor. A longer answer is cut, and a slower one is ended with
 * its connection. The client's own timeout covers only the head of an answer, so it is not enough.
 *
 * <p><b>Threads.</b> Safe.
 */
final class Exchange {
  private static final int EXCERPT_CHARACTERS = 300;

  private final HttpClient client;

  /** An exchange that connects within {@code connectTimeout}. */
  Exchange(Duration connectTimeout) {
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connectTimeout)
            .build();
  }

  /**
   * An answer.
   *
   * @param text its body, or the beginning of it
   * @param whole whether that is the whole body
   */
  record Answer(int status, HttpHeaders headers, String text, boolean whole) {

    /** The beginning of the text on one line, for a log. */
    String excerpt() {
      String start = text.substring(0, Math.min(EXCERPT_CHARACTERS, text.length()));
      return start.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param deadline limit for the whole answer, head and body
   * @param mostBytes most bytes of the body that are received
   * @throws IOException when there is no answer, or no complete one within the deadline
   * @throws InterruptedException when interrupted; the request is cancelled
   */
  Answer send(HttpRequest request, Duration deadline, int mostBytes)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<AnswerBody.Text>> future =
        client.sendAsync(request, head -> new AnswerBody(mostBytes));
    try {
      HttpResponse<AnswerBody.Text> response =
          future.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      AnswerBody.Text body = response.body();
      return new Answer(response.statusCode(), response.headers(), body.text(), body.whole());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no complete answer within " + deadline.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      future.cancel(true); // closes the connection if it is still open
    }
  }
}
