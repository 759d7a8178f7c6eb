// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.metrics.Meters;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One notifier's queue and thread: spacing, bounded retries with growing waits, counting. A target
 * that hangs holds up only its own queue.
 */
public final class NotifierQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NotifierQueue.class);
  private static final int CAPACITY = 1000;
  private static final long FIRST_WAIT_MILLIS = 500;
  private static final long LONGEST_WAIT_MILLIS = 60_000;

  private final Notifier notifier;
  private final NotifierSettings settings;
  private Consumer<Notice> settled;
  private final Meters meters;
  private final BlockingQueue<Notice> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread thread;
  private boolean failing;

  /** A queue that does not send yet. */
  public NotifierQueue(Notifier notifier, NotifierSettings settings, Meters meters) {
    this.notifier = notifier;
    this.settings = settings;
    this.meters = meters;
    this.thread = new Thread(this::run, "notifier " + notifier.name());
    thread.setDaemon(true);
  }

  /**
   * Begins to send.
   *
   * @param whenSettled told of each message that was delivered or given up
   */
  public void start(Consumer<Notice> whenSettled) {
    settled = whenSettled;
    thread.start();
  }

  /** The notifier's name. */
  public String name() {
    return notifier.name();
  }

  /** Messages waiting. */
  public int waiting() {
    return queue.size();
  }

  /** Takes a message; when the queue is full it stays in the outbox until the next start. */
  public void offer(Notice notice) {
    if (!queue.offer(notice)) {
      meters.notified(name(), "overflow");
    }
  }

  /** Ends the thread; a message under way is repeated after the next start. */
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
        Notice notice = queue.take();
        send(notice);
        settled.accept(notice);
        TimeUnit.MICROSECONDS.sleep((long) (1e6 / settings.perSecond()));
      }
    } catch (InterruptedException e) {
      LOG.debug("notifier {}: closed", name(), e);
    }
  }

  private void send(Notice notice) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Delivery delivery = deliver(notice);
      if (delivery instanceof Delivery.Delivered) {
        meters.notified(name(), "delivered");
        failing = false;
        return;
      }
      boolean last = attempt >= settings.attempts() || delivery instanceof Delivery.Refused;
      meters.notified(name(), last ? "given_up" : "failed");
      tell(notice, delivery);
      if (last) {
        return;
      }
      Thread.sleep(waitMillis(attempt, (Delivery.TryAgain) delivery));
    }
  }

  private Delivery deliver(Notice notice) throws InterruptedException {
    try {
      return notifier.deliver(notice);
    } catch (RuntimeException e) { // else the thread ended, and with it every later message
      LOG.debug("notifier {}: message {}", name(), notice.key(), e);
      return new Delivery.TryAgain(e.toString(), 0);
    }
  }

  private static long waitMillis(int attempt, Delivery.TryAgain delivery) {
    long growing = FIRST_WAIT_MILLIS << Math.min(attempt - 1, 10);
    return Math.min(LONGEST_WAIT_MILLIS, Math.max(growing, delivery.waitMillis()));
  }

  /** Once per outage, so that a dead target does not fill the log. */
  private void tell(Notice notice, Delivery delivery) {
    if (!failing) {
      failing = true;
      LOG.warn(
          "notifier {}: message {} not delivered: {}; further failures are only counted",
          name(),
          notice.key(),
          delivery);
    }
  }
}
