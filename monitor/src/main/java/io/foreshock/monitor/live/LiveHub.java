// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * Passes events of runs to their subscribers.
 *
 * <p>A subscriber is called on the publishing thread and must return at once; it bounds its own
 * queue. <b>Threads.</b> Any.
 */
public final class LiveHub {
  /**
   * Kinds of subscribers. Each kind has a count of its own, so that neither displaces the other.
   */
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

  /** Whether anyone subscribed to the run, so that an event is worth making. */
  public boolean watched(String run) {
    return !subscribers.isEmpty() && subscribers.containsKey(run);
  }

  /** Number of present subscriptions of that kind. */
  public int subscriptions(Kind kind) {
    return counts.get(kind.ordinal());
  }

  /** Calls all subscribers of the run. */
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
