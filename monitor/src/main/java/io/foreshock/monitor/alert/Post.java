// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One HTTP POST of JSON, with an end to it whatever the other side does. */
final class Post {
  private static final int MAX_REASON = 200;

  /**
   * What the other side says of the message itself: bad, gone for good, too large, not to be
   * processed. All else, 401, 403, 404 and redirects too, may be a proxy or a target in the middle
   * of a deployment: a critical alarm is not given up for that.
   */
  private static final Set<Integer> FINAL = Set.of(400, 410, 413, 422);

  private final HttpClient client;
  private final URI url;
  private final Duration timeout;

  Post(String url, int timeoutSeconds) {
    this.url = URI.create(url);
    this.timeout = Duration.ofSeconds(timeoutSeconds);
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  Delivery send(byte[] json, Map<String, String> headers) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request.build(), info -> new AnswerHead());
    try {
      // the client's own timeout ends with the response's head: a body may hang too
      return delivery(response.get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.cancel(true);
      return new Delivery.TryAgain("no whole answer within " + timeout.toSeconds() + " s", 0);
    } catch (ExecutionException e) {
      return new Delivery.TryAgain(String.valueOf(e.getCause()), 0);
    }
  }

  private static Delivery delivery(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return new Delivery.Delivered();
    }
    String body = response.body();
    String cause =
        "status " + status + ": " + body.substring(0, Math.min(MAX_REASON, body.length()));
    return FINAL.contains(status)
        ? new Delivery.Refused(cause)
        : new Delivery.TryAgain(cause, retryAfterMillis(response));
  }

  private static long retryAfterMillis(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Long.parseLong(seconds) * 1000)
        .orElse(0L);
  }
}
