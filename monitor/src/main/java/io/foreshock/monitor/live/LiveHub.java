// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * Hands events of runs to those who subscribed to them.
 *
 * <p>A subscriber is called on the publishing thread and must return at once; it bounds its own
 * queue. <b>Threads.</b> Any.
 */
public final class LiveHub {
  /** Who subscribes; each kind is counted apart, so that none takes the other's place. */
  public enum Kind {
    /** A page or script that follows a run. */
    STREAM,
    /** A training run that waits for a command. */
    POLL
  }

  /** Ends a subscription; ending it twice is harmless. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private final Map<String, List<Consumer<LiveEvent>>> subscribers = new ConcurrentHashMap<>();
  private final AtomicIntegerArray counts = new AtomicIntegerArray(Kind.values().length);

  /** Calls {@code subscriber}, a stream, for each event of the run from now on. */
  public Subscription subscribe(String run, Consumer<LiveEvent> subscriber) {
    return subscribe(Kind.STREAM, run, subscriber);
  }

  /** Calls {@code subscriber} for each event of the run from now on. */
  public Subscription subscribe(Kind kind, String run, Consumer<LiveEvent> subscriber) {
    subscribers.compute(
        run,
        (name, list) -> {
          List<Consumer<LiveEvent>> all = list == null ? new CopyOnWriteArrayList<>() : list;
          all.add(subscriber);
          return all;
        });
    counts.incrementAndGet(kind.ordinal());
    return () -> unsubscribe(kind, run, subscriber);
  }

  /** Whether anyone would see an event of the run: worth making it. */
  public boolean watched(String run) {
    return !subscribers.isEmpty() && subscribers.containsKey(run);
  }

  /** Subscriptions of that kind that there are. */
  public int subscriptions(Kind kind) {
    return counts.get(kind.ordinal());
  }

  /** Tells all who watch the run. */
  public void publish(String run, LiveEvent event) {
    for (Consumer<LiveEvent> subscriber : subscribers.getOrDefault(run, List.of())) {
      subscriber.accept(event);
    }
  }

  private void unsubscribe(Kind kind, String run, Consumer<LiveEvent> subscriber) {
    subscribers.computeIfPresent(
        run,
        (name, list) -> {
          if (list.remove(subscriber)) {
            counts.decrementAndGet(kind.ordinal());
          }
          return list.isEmpty() ? null : list;
        });
  }
}
