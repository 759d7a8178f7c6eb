// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for one target, and the order in which they are sent.
 *
 * <p><b>Order.</b> The most urgent message is sent first ({@link Urgency}). Among equally urgent
 * ones it is the one that failed least often, because retries of one must not use up the attempts
 * of all. Then it is the oldest. A message that failed waits for its own next attempt while others
 * are sent.
 *
 * <p><b>Incidents.</b> A worse message of an incident replaces a milder one that was not delivered.
 * The message that an incident is over waits until the other message of the incident is delivered
 * or given up. So nobody reads of the end first.
 *
 * <p><b>A target that is down.</b> After each failure in a row the whole target rests, for longer
 * each time. Only a critical message that was not tried yet is sent nevertheless.
 *
 * <p><b>Bounds.</b> None of its own: a message leaves when its run's outbox drops it. <b>Times.</b>
 * Nanoseconds since any start. <b>Threads.</b> Not safe. <b>Cost.</b> O(log n).
 */
final class SendOrder {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long FIRST_WAIT_MILLIS = 500;
  private static final long LONGEST_WAIT_MILLIS = 60_000;

  /** What happens to a message after an attempt that failed. */
  enum AfterFailure {
    TRIED_AGAIN,
    GIVEN_UP,
    /** A worse message of its incident arrived meanwhile. */
    REPLACED
  }

  /** A message with its attempts so far. */
  static final class Waiting {
    final Notice notice;
    private final Urgency urgency;
    private final long number;
    private final String incident;
    private int attempts;
    private long dueNanos;

    private Waiting(Notice notice, long number) {
      this.notice = notice;
      this.number = number;
      this.urgency = Urgency.of(notice);
      this.incident = notice.alarm() == null ? notice.key() : notice.alarm().incident();
    }

    int attempts() {
      return attempts;
    }

    private boolean isEnd() {
      return urgency == Urgency.CLOSED;
    }

    private boolean goesAtOnce() {
      return urgency == Urgency.CRITICAL && attempts == 0;
    }
  }

  private final int maxAttempts;
  private final long spacingNanos;

  private final TreeSet<Waiting> ready =
      new TreeSet<>(
          Comparator.comparing((Waiting waiting) -> waiting.urgency)
              .thenComparing(waiting -> waiting.attempts)
              .thenComparing(waiting -> waiting.number));

  /** Those that failed, until their next attempt is due. */
  private final TreeSet<Waiting> later =
      new TreeSet<>(
          Comparator.comparing((Waiting waiting) -> waiting.dueNanos)
              .thenComparing(waiting -> waiting.number));

  private final Map<String, Waiting> byKey = new HashMap<>();

  /** By incident: its message other than the end, which waits or is being sent. */
  private final Map<String, Waiting> news = new HashMap<>();

  /** By incident: the message of its end, while {@link #news} has another one of it. */
  private final Map<String, Waiting> ends = new HashMap<>();

  private long number;
  private int failuresInARow;
  private long spacedNanos = Long.MIN_VALUE;
  private long restsNanos = Long.MIN_VALUE;

  /**
   * Creates an order without messages.
   *
   * @param maxAttempts most attempts of one message
   * @param perSecond most attempts a second
   */
  SendOrder(int maxAttempts, double perSecond) {
    this.maxAttempts = maxAttempts;
    this.spacingNanos = (long) (1e9 / perSecond);
  }

  /**
   * Adds a message.
   *
   * @return the milder message of its incident that it replaces; null when it replaces none
   */
  @Nullable Notice offer(Notice notice) {
    remove(notice.key()); // the same message with newer text
    Waiting waiting = new Waiting(notice, number++);
    byKey.put(notice.key(), waiting);
    if (waiting.isEnd() && news.containsKey(waiting.incident)) {
      ends.put(waiting.incident, waiting);
      return null;
    }
    ready.add(waiting);
    Waiting milder = waiting.isEnd() ? null : news.put(waiting.incident, waiting);
    return milder != null && remove(milder.notice.key()) ? milder.notice : null;
  }

  /** Removes a message unless it is being sent; returns whether it was there. */
  boolean remove(String key) {
    Waiting waiting = byKey.remove(key);
    if (waiting == null) {
      return false;
    }
    ready.remove(waiting);
    later.remove(waiting);
    ends.remove(waiting.incident, waiting);
    releaseEnd(waiting);
    return true;
  }

  /** Removes and returns the message to send now; null when there is none. */
  @Nullable Waiting next(long nowNanos) {
    while (!later.isEmpty() && later.first().dueNanos <= nowNanos) {
      Waiting due = later.first();
      later.remove(due);
      ready.add(due);
    }
    if (ready.isEmpty() || startNanos(ready.first()) > nowNanos) {
      return null;
    }
    Waiting next = ready.first();
    ready.remove(next);
    byKey.remove(next.notice.key());
    return next;
  }

  /**
   * How long {@link #next} returns null if no message is added; the longest time means for ever.
   */
  long waitNanos(long nowNanos) {
    long until = ready.isEmpty() ? Long.MAX_VALUE : startNanos(ready.first());
    until = later.isEmpty() ? until : Math.min(until, later.first().dueNanos);
    return until == Long.MAX_VALUE ? until : Math.max(0, until - nowNanos);
  }

  /** The target answered that it accepted the message, or that it never will. */
  void settled(Waiting waiting, long nowNanos) {
    failuresInARow = 0;
    restsNanos = nowNanos;
    spacedNanos = nowNanos + spacingNanos;
    releaseEnd(waiting);
  }

  /**
   * The attempt failed.
   *
   * @param askedMillis how long the target asked to wait; 0 when it did not ask
   */
  AfterFailure failed(Waiting waiting, long askedMillis, long nowNanos) {
    waiting.attempts++;
    failuresInARow++;
    restsNanos = nowNanos + waitNanos(failuresInARow, askedMillis);
    spacedNanos = nowNanos + spacingNanos;
    if (waiting.attempts >= maxAttempts) {
      releaseEnd(waiting);
      return AfterFailure.GIVEN_UP;
    }
    boolean replaced = !waiting.isEnd() && news.get(waiting.incident) != waiting;
    if (replaced || byKey.putIfAbsent(waiting.notice.key(), waiting) != null) {
      return AfterFailure.REPLACED;
    }
    waiting.dueNanos = nowNanos + waitNanos(waiting.attempts, askedMillis);
    later.add(waiting);
    return AfterFailure.TRIED_AGAIN;
  }

  /** Number of messages that wait, without the one that is being sent. */
  int size() {
    return byKey.size();
  }

  private void releaseEnd(Waiting done) {
    if (news.remove(done.incident, done)) {
      Waiting end = ends.remove(done.incident);
      if (end != null) {
        ready.add(end);
      }
    }
  }

  private long startNanos(Waiting waiting) {
    return waiting.goesAtOnce() ? spacedNanos : Math.max(spacedNanos, restsNanos);
  }

  private static long waitNanos(int failures, long askedMillis) {
    long growing = FIRST_WAIT_MILLIS << Math.min(failures - 1, 10);
    return NANOS_PER_MILLI * Math.min(LONGEST_WAIT_MILLIS, Math.max(growing, askedMillis));
  }
}
