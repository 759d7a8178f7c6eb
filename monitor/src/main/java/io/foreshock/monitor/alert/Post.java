// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.wire.Exchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Sends JSON by HTTP POST, and ends in time whatever the target does. */
final class Post {
  private static final int MAX_REASON = 200;

  /**
   * Statuses that are about the message itself: bad, gone for good, too large, not processable. Any
   * other, such as 401, 403, 404 or a redirect, may come from a proxy or from a target that is
   * being deployed. A critical alarm is not given up for that.
   */
  private static final Set<Integer> FINAL = Set.of(400, 410, 413, 422);

  /** Enough for a reason; the rest is not received. */
  private static final int MOST_ANSWER_BYTES = 1000;

  private final Exchange exchange;
  private final URI url;

  Post(String url, int timeoutSeconds) {
    this.url = URI.create(url);
    exchange = new Exchange(Duration.ofSeconds(timeoutSeconds));
  }

  Delivery send(byte[] json, Map<String, String> headers) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json));
    headers.forEach(request::header);
    try {
      return delivery(exchange.send(request.build(), MOST_ANSWER_BYTES));
    } catch (IOException e) {
      return new Delivery.TryAgain(e.toString(), 0);
    }
  }

  private static Delivery delivery(Exchange.Answer answer) {
    int status = answer.status();
    if (status / 100 == 2) {
      return new Delivery.Delivered();
    }
    String body = answer.text();
    String cause =
        "status " + status + ": " + body.substring(0, Math.min(MAX_REASON, body.length()));
    return FINAL.contains(status)
        ? new Delivery.Refused(cause)
        : new Delivery.TryAgain(cause, retryAfterMillis(answer));
  }

  private static long retryAfterMillis(Exchange.Answer answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Long.parseLong(seconds) * 1000)
        .orElse(0L);
  }
}
