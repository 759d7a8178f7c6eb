// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.metrics.Meters;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One notifier's queue and thread: sends the messages in {@link SendOrder} and counts the results.
 * A target that hangs delays only its own queue.
 *
 * <p><b>Threads.</b> Any thread may offer and withdraw; neither ever waits for the target.
 */
public final class NotifierQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NotifierQueue.class);

  private final String name;
  private final Notifier notifier;
  private final Meters meters;
  private final long startNanos = System.nanoTime();
  private final SendOrder order;
  private final Thread thread;
  private Consumer<Notice> settled = notice -> {};
  private boolean failing;

  /** Creates a queue that does not send yet. */
  public NotifierQueue(Notifier notifier, NotifierSettings settings, Meters meters) {
    this.name = settings.name();
    this.notifier = notifier;
    this.meters = meters;
    this.order = new SendOrder(settings.attempts(), settings.perSecond());
    this.thread = new Thread(this::run, "notifier " + name);
    thread.setDaemon(true);
    meters.gauge(
        "foreshock.notifications.waiting",
        "messages not delivered yet",
        this::waiting,
        "notifier",
        name);
  }

  /**
   * Begins to send.
   *
   * @param whenSettled receives each message that was delivered, given up or replaced
   */
  public void start(Consumer<Notice> whenSettled) {
    settled = whenSettled;
    thread.start();
  }

  /** The notifier's name. */
  public String name() {
    return name;
  }

  /** Number of messages that wait. */
  public int waiting() {
    synchronized (order) {
      return order.size();
    }
  }

  /** Adds a message. Call it after {@link #start}. */
  public void offer(Notice notice) {
    @Nullable Notice replaced;
    synchronized (order) {
      replaced = order.offer(notice);
      order.notifyAll();
    }
    if (replaced != null) {
      meters.notified(name, "replaced");
      settled.accept(replaced);
    }
  }

  /** Removes a message that its outbox dropped. */
  void withdraw(Notice notice) {
    meters.notified(name, "dropped");
    synchronized (order) {
      order.remove(notice.key());
    }
  }

  /** Ends the thread; a message that is being sent is repeated after the next start. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        SendOrder.Waiting next = awaitNext();
        if (isSettled(next, deliver(next.notice))) {
          settled.accept(next.notice);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("notifier {}: closed", name, e);
    }
  }

  private SendOrder.Waiting awaitNext() throws InterruptedException {
    synchronized (order) {
      SendOrder.Waiting next = order.next(nowNanos());
      while (next == null) {
        TimeUnit.NANOSECONDS.timedWait(order, order.waitNanos(nowNanos()));
        next = order.next(nowNanos());
      }
      return next;
    }
  }

  private Delivery deliver(Notice notice) throws InterruptedException {
    try {
      return notifier.deliver(notice);
    } catch (
        RuntimeException e) { // otherwise the thread would end, and no later message would be sent
      LOG.debug("notifier {}: message {}", name, notice.key(), e);
      return new Delivery.TryAgain(e.toString(), 0);
    }
  }

  private boolean isSettled(SendOrder.Waiting sent, Delivery delivery) {
    SendOrder.AfterFailure failure = null;
    synchronized (order) {
      if (delivery instanceof Delivery.TryAgain again) {
        failure = order.failed(sent, again.waitMillis(), nowNanos());
      } else {
        order.settled(sent, nowNanos());
      }
    }
    boolean delivered = delivery instanceof Delivery.Delivered;
    boolean givenUp = !delivered && (failure == null || failure == SendOrder.AfterFailure.GIVEN_UP);
    meters.notified(name, delivered ? "delivered" : givenUp ? "given_up" : "failed");
    log(sent, delivery, givenUp);
    return failure != SendOrder.AfterFailure.TRIED_AGAIN;
  }

  /**
   * Logs every message that is given up, but an outage only once, so that it does not fill the log.
   */
  private void log(SendOrder.Waiting sent, Delivery delivery, boolean givenUp) {
    boolean first = !failing && sent.attempts() <= 1;
    failing = !(delivery instanceof Delivery.Delivered);
    if (givenUp) {
      LOG.warn("notifier {}: message {} given up: {}", name, sent.notice.key(), delivery);
    } else if (failing && first) {
      LOG.warn(
          "notifier {}: message {} not delivered: {}; further failures are only counted",
          name,
          sent.notice.key(),
          delivery);
    }
  }

  private long nowNanos() {
    return System.nanoTime() - startNanos;
  }
}
