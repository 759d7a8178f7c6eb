// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Hands events of runs to those who subscribed to them.
 *
 * <p>A subscriber is called on the publishing thread and must return at once; it bounds its own
 * queue. <b>Threads.</b> Any.
 */
public final class LiveHub {
  /** Ends a subscription; ending it twice is harmless. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private final Map<String, List<Consumer<LiveEvent>>> subscribers = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Calls {@code subscriber} for each event of the run from now on. */
  public Subscription subscribe(String run, Consumer<LiveEvent> subscriber) {
    subscribers.computeIfAbsent(run, name -> new CopyOnWriteArrayList<>()).add(subscriber);
    count.incrementAndGet();
    return () -> unsubscribe(run, subscriber);
  }

  /** Whether anyone would see an event of the run: worth making it. */
  public boolean watched(String run) {
    return count.get() > 0 && subscribers.containsKey(run);
  }

  /** Subscriptions there are. */
  public int subscriptions() {
    return count.get();
  }

  /** Tells all who watch the run. */
  public void publish(String run, LiveEvent event) {
    for (Consumer<LiveEvent> subscriber : subscribers.getOrDefault(run, List.of())) {
      subscriber.accept(event);
    }
  }

  private void unsubscribe(String run, Consumer<LiveEvent> subscriber) {
    subscribers.computeIfPresent(
        run,
        (name, list) -> {
          if (list.remove(subscriber)) {
            count.decrementAndGet();
          }
          return list.isEmpty() ? null : list;
        });
  }
}
