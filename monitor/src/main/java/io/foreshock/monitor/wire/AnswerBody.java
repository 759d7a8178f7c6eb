// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Receives an answer's body up to a number of bytes, as text; more of it is not received. */
final class AnswerBody implements HttpResponse.BodySubscriber<AnswerBody.Text> {

  /**
   * What was received.
   *
   * @param whole whether it is all of the body
   */
  record Text(String text, boolean whole) {}

  private final int mostBytes;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<Text> text = new CompletableFuture<>();
  private Flow.Subscription subscription;

  AnswerBody(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public CompletionStage<Text> getBody() {
    return text;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    boolean fits = true;
    for (ByteBuffer buffer : buffers) {
      int room = mostBytes - bytes.size();
      fits &= buffer.remaining() <= room;
      byte[] taken = new byte[Math.min(buffer.remaining(), room)];
      buffer.get(taken);
      bytes.writeBytes(taken);
    }
    if (fits) {
      subscription.request(1);
    } else {
      subscription.cancel();
      complete(false);
    }
  }

  @Override
  public void onError(Throwable failure) {
    text.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    complete(true);
  }

  private void complete(boolean whole) {
    text.complete(new Text(bytes.toString(StandardCharsets.UTF_8), whole));
  }
}
