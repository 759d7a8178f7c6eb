// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The first {@value #MAX_BYTES} bytes of an answer as text; more of it is not received. */
final class AnswerHead implements HttpResponse.BodySubscriber<String> {
  private static final int MAX_BYTES = 1000;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final CompletableFuture<String> text = new CompletableFuture<>();
  private Flow.Subscription subscription;

  @Override
  public CompletionStage<String> getBody() {
    return text;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[Math.min(buffer.remaining(), MAX_BYTES - head.size())];
      buffer.get(bytes);
      head.writeBytes(bytes);
    }
    if (head.size() < MAX_BYTES) {
      subscription.request(1);
    } else {
      subscription.cancel();
      onComplete();
    }
  }

  @Override
  public void onError(Throwable failure) {
    text.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    text.complete(head.toString(StandardCharsets.UTF_8));
  }
}
