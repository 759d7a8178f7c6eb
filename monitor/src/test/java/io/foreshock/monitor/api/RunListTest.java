// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunListTest {
  private static final int ASKING = 100;

  @AutoClose private final Vertx vertx = Vertx.vertx();

  private final AtomicInteger made = new AtomicInteger();
  private final Set<String> makers = ConcurrentHashMap.newKeySet();

  @Test
  void manyWhoAskShareAListThatIsNotMadeOnTheEventLoop() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    RunList list =
        new RunList(
            vertx,
            () -> {
              made.incrementAndGet();
              makers.add(Thread.currentThread().getName());
              await(go);
              return List.of();
            });
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < ASKING; i++) {
      answers.add(list.read(listing -> listing.counts().path("runs").asText()));
    }
    go.countDown();
    for (Future<String> answer : answers) {
      assertEquals("0", get(answer));
    }
    // the first, and one for all who asked while it was made
    assertTrue(made.get() <= 2, made.get() + " lists");
    assertFalse(makers.stream().anyMatch(name -> name.contains("eventloop")), makers.toString());
  }

  @Test
  void aFailureIsToldToThoseWhoAskedAndTheNextListIsMade() throws Exception {
    RunList list =
        new RunList(
            vertx,
            () -> {
              if (made.incrementAndGet() == 1) {
                throw new IllegalStateException("injected");
              }
              return List.of();
            });
    Future<Object> first = list.read(RunListing::counts);
    assertEquals(
        "injected",
        assertThrows(ExecutionException.class, () -> get(first)).getCause().getMessage());
    Future<String> second = list.read(listing -> listing.counts().path("runs").asText());
    assertEquals("0", get(second));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
