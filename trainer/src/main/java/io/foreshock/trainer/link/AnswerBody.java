// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Receives the body of an answer as text, up to a number of bytes. */
final class AnswerBody implements HttpResponse.BodySubscriber<AnswerBody.Text> {

  /**
   * The received text.
   *
   * @param whole whether it is the whole body
   */
  record Text(String text, boolean whole) {}

  private final int mostBytes;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<Text> text = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

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
    newSubscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription current = subscription;
    if (current == null) {
      throw new IllegalStateException("bytes before the subscription");
    }
    boolean fits = true;
    for (ByteBuffer buffer : buffers) {
      int room = mostBytes - bytes.size();
      fits &= buffer.remaining() <= room;
      byte[] part = new byte[Math.min(buffer.remaining(), room)];
      buffer.get(part);
      bytes.writeBytes(part);
    }
    if (fits) {
      current.request(1);
    } else {
      current.cancel();
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
