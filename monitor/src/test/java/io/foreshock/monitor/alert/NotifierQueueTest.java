// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NotifierQueueTest {
  private final Meters meters = new Meters();
  private final BlockingQueue<Notice> settled = new LinkedBlockingQueue<>();

  @Test
  void triesAgainUntilItIsDelivered() throws InterruptedException {
    Scripted notifier =
        new Scripted(
            new Delivery.TryAgain("busy", 0),
            new Delivery.TryAgain("busy", 0),
            new Delivery.Delivered());
    try (NotifierQueue queue = queue(notifier, 5, 1000)) {
      queue.offer(NotifierContract.notice());
      assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      assertEquals(0, notifier.script.size());
      assertTrue(meters.scrape().contains("result=\"delivered\"} 1.0"), meters.scrape());
    }
  }

  @Test
  void givesUpInTheEnd() throws InterruptedException {
    Scripted notifier =
        new Scripted(
            new Delivery.TryAgain("busy", 0),
            new Delivery.TryAgain("busy", 0),
            new Delivery.Delivered());
    try (NotifierQueue queue = queue(notifier, 2, 1000)) {
      queue.offer(NotifierContract.notice());
      assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      assertEquals(1, notifier.script.size(), "the third attempt is not made");
      assertTrue(meters.scrape().contains("result=\"given_up\"} 1.0"), meters.scrape());
    }
  }

  @Test
  void aRefusalIsNotTriedAgain() throws InterruptedException {
    Scripted notifier =
        new Scripted(new Delivery.Refused("no such hook"), new Delivery.Delivered());
    try (NotifierQueue queue = queue(notifier, 5, 1000)) {
      queue.offer(NotifierContract.notice());
      assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      assertEquals(1, notifier.script.size());
    }
  }

  @Test
  void aNotifierThatThrowsIsTriedAgainAsAnyOther() throws InterruptedException {
    AtomicInteger attempts = new AtomicInteger();
    Notifier faulty =
        new Notifier() {
          @Override
          public Delivery deliver(Notice notice) {
            if (attempts.incrementAndGet() == 1) {
              throw new IllegalArgumentException("injected");
            }
            return new Delivery.Delivered();
          }
        };
    try (NotifierQueue queue = queue(faulty, 5, 1000)) {
      queue.offer(NotifierContract.notice());
      assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      assertEquals(2, attempts.get());
      assertTrue(meters.scrape().contains("result=\"failed\"} 1.0"), meters.scrape());
      assertTrue(meters.scrape().contains("result=\"delivered\"} 1.0"), meters.scrape());
    }
  }

  @Test
  void keepsItsDistance() throws InterruptedException {
    Scripted notifier =
        new Scripted(new Delivery.Delivered(), new Delivery.Delivered(), new Delivery.Delivered());
    try (NotifierQueue queue = queue(notifier, 1, 10)) {
      long start = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        queue.offer(SendOrderTest.alarm("i" + i, "open", "warning"));
      }
      for (int i = 0; i < 3; i++) {
        assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      assertTrue(seconds >= 0.2, "three messages at ten a second took " + seconds + " s");
    }
  }

  @Test
  void aCriticalAlarmDoesNotWaitBehindAnOlderOneThatFails() throws InterruptedException {
    Notifier poisoned =
        new Notifier() {
          @Override
          public Delivery deliver(Notice notice) {
            return notice.key().startsWith("mild")
                ? new Delivery.TryAgain("status 500", 60_000)
                : new Delivery.Delivered();
          }
        };
    try (NotifierQueue queue = queue(poisoned, 30, 1000)) {
      queue.offer(SendOrderTest.alarm("mild", "open", "info"));
      while (!meters.scrape().contains("result=\"failed\"} 1.0")) {
        Thread.sleep(5);
      }
      queue.offer(SendOrderTest.alarm("bad", "open", "critical"));
      assertEquals("bad|critical", settled.poll(10, TimeUnit.SECONDS).key());
      assertEquals(1, queue.waiting());
    }
  }

  @Test
  void aMessageThatIsReplacedIsSettledAndOneThatWasDroppedIsForgotten()
      throws InterruptedException {
    CountDownLatch open = new CountDownLatch(1);
    Notifier slow =
        new Notifier() {
          @Override
          public Delivery deliver(Notice notice) throws InterruptedException {
            open.await();
            return new Delivery.Delivered();
          }
        };
    try (NotifierQueue queue = queue(slow, 30, 1000)) {
      queue.offer(SendOrderTest.alarm("first", "open", "critical"));
      while (queue.waiting() > 0) {
        Thread.sleep(5);
      }
      queue.offer(SendOrderTest.alarm("i", "open", "warning"));
      queue.offer(SendOrderTest.alarm("i", "update", "critical"));
      assertEquals("i|warning", settled.poll(10, TimeUnit.SECONDS).key());
      queue.withdraw(SendOrderTest.alarm("i", "update", "critical"));
      open.countDown();
      assertEquals("first|critical", settled.poll(10, TimeUnit.SECONDS).key());
      assertEquals(0, queue.waiting());
      assertTrue(meters.scrape().contains("result=\"dropped\"} 1.0"), meters.scrape());
      assertTrue(meters.scrape().contains("result=\"replaced\"} 1.0"), meters.scrape());
    }
  }

  @Test
  void aHangingTargetDelaysNoOther() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    Notifier hanging =
        new Notifier() {
          @Override
          public Delivery deliver(Notice notice) throws InterruptedException {
            never.await();
            return new Delivery.Delivered();
          }
        };
    Scripted well = new Scripted(new Delivery.Delivered());
    try (NotifierQueue stuck = queue(hanging, 1, 1000);
        NotifierQueue queue = queue(well, 1, 1000)) {
      for (int i = 0; i < 5000; i++) {
        stuck.offer(SendOrderTest.alarm("i" + i, "open", "warning")); // never blocks
      }
      queue.offer(NotifierContract.notice());
      assertNotNull(settled.poll(10, TimeUnit.SECONDS));
      assertTrue(stuck.waiting() >= 4999, "none is turned away");
    }
  }

  private NotifierQueue queue(Notifier notifier, int attempts, double perSecond) {
    NotifierSettings settings =
        new NotifierSettings(
            NotifierSettings.Type.WEBHOOK,
            "scripted",
            "http://x",
            "",
            Severity.WARNING,
            true,
            1,
            attempts,
            perSecond);
    NotifierQueue queue = new NotifierQueue(notifier, settings, meters);
    queue.start(settled::add);
    return queue;
  }

  /** Answers one attempt after the other as written. */
  private static final class Scripted implements Notifier {
    private final Queue<Delivery> script;

    Scripted(Delivery... script) {
      this.script = new ArrayDeque<>(List.of(script));
    }

    @Override
    public Delivery deliver(Notice notice) {
      return script.remove();
    }
  }
}
