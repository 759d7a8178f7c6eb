// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.alert.SendOrder.AfterFailure;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendOrderTest {
  private static final long SECOND = 1_000_000_000L;

  private final SendOrder order = new SendOrder(30, Double.POSITIVE_INFINITY);
  private long now;

  @Test
  void theMostUrgentGoesFirstAndTheOldestOfThose() {
    order.offer(alarm("over", "closed", "critical"));
    order.offer(alarm("note", "open", "info"));
    order.offer(alarm("warn", "open", "warning"));
    order.offer(command("roll back"));
    order.offer(alarm("bad", "open", "critical"));
    order.offer(alarm("worse", "update", "critical"));
    assertEquals(
        List.of(
            "bad|critical",
            "worse|critical",
            "roll back",
            "warn|warning",
            "note|info",
            "over|closed"),
        sendAll());
  }

  @Test
  void othersGoWhileOneWaitsForItsNextAttempt() {
    order.offer(alarm("poison", "open", "critical"));
    fail(60_000);
    order.offer(alarm("mild", "open", "info"));
    assertNull(order.next(now), "the target rests");
    now += 60 * SECOND - 1;
    assertNull(order.next(now));
    now++;
    order.offer(alarm("new", "open", "critical"));
    assertEquals("new|critical", send(), "of equally urgent ones that which failed less often");
    assertEquals(AfterFailure.TRIED_AGAIN, fail(0));
    now += SECOND / 2;
    assertEquals("mild|info", send(), "the failed one is not due yet");
  }

  @Test
  void aNewCriticalMessageIsTriedAtOnceThoughTheTargetIsDown() {
    order.offer(alarm("a", "open", "warning"));
    for (int i = 0; i < 10; i++) {
      now += order.waitNanos(now);
      fail(0);
    }
    order.offer(alarm("b", "open", "warning"));
    assertNull(order.next(now), "the target rests");
    order.offer(alarm("bad", "open", "critical"));
    assertEquals(0, order.waitNanos(now));
    SendOrder.Waiting bad = order.next(now);
    assertEquals("bad|critical", bad.notice.key());
    order.failed(bad, 0, now);
    now += 59 * SECOND;
    assertNull(order.next(now), "it was tried");
    now += SECOND;
    assertEquals("bad|critical", send());
  }

  @Test
  void aTargetThatIsDownIsAskedOnceAMinuteHoweverMuchWaits() {
    for (int i = 0; i < 100; i++) {
      order.offer(alarm("a" + i, "open", "warning"));
    }
    int attempts = 0;
    while (now < 3600 * SECOND) {
      now += order.waitNanos(now);
      SendOrder.Waiting next = order.next(now);
      if (next != null) {
        assertEquals(AfterFailure.TRIED_AGAIN, order.failed(next, 0, now), "none is given up");
        attempts++;
      }
    }
    assertTrue(attempts <= 70, attempts + " attempts in an hour");
  }

  @Test
  void aWorseMessageReplacesAMilderOneAndTheEndComesLast() {
    order.offer(alarm("i", "open", "info"));
    assertEquals("i|info", order.offer(alarm("i", "update", "warning")).key());
    assertNull(order.offer(alarm("i", "closed", "warning")));
    assertEquals("i|warning", order.offer(alarm("i", "update", "critical")).key());
    assertEquals(List.of("i|critical", "i|closed"), sendAll());
  }

  @Test
  void theEndOfAnIncidentWaitsUntilItsNewsIsDeliveredOrGivenUp() {
    SendOrder two = new SendOrder(2, Double.POSITIVE_INFINITY);
    two.offer(alarm("i", "open", "critical"));
    SendOrder.Waiting news = two.next(0);
    two.offer(alarm("i", "closed", "critical"));
    assertNull(two.next(0), "its news is under way");
    assertEquals(AfterFailure.TRIED_AGAIN, two.failed(news, 0, 0));
    assertEquals(AfterFailure.GIVEN_UP, two.failed(two.next(SECOND), 0, SECOND));
    assertEquals("i|closed", two.next(3 * SECOND).notice.key());
  }

  @Test
  void aMilderMessageThatFailsAfterTheWorseCameIsNotSentAfterIt() {
    order.offer(alarm("i", "open", "warning"));
    SendOrder.Waiting milder = order.next(now);
    assertNull(order.offer(alarm("i", "update", "critical")));
    assertEquals(AfterFailure.REPLACED, order.failed(milder, 0, now));
    assertEquals(List.of("i|critical"), sendAll());
  }

  @Test
  void keepsItsDistanceAfterFailuresToo() {
    SendOrder slow = new SendOrder(30, 0.5);
    slow.offer(alarm("a", "open", "critical"));
    slow.failed(slow.next(0), 0, 0);
    slow.offer(alarm("b", "open", "critical"));
    assertNull(slow.next(2 * SECOND - 1));
    assertEquals("b|critical", slow.next(2 * SECOND).notice.key());
  }

  @Test
  void whatTheOutboxDroppedIsNotSent() {
    order.offer(alarm("i", "open", "warning"));
    order.offer(alarm("i", "closed", "warning"));
    order.offer(alarm("j", "open", "warning"));
    assertTrue(order.remove("i|warning"));
    assertEquals(List.of("j|warning", "i|closed"), sendAll());
    assertEquals(0, order.size());
  }

  /**
   * Whatever fails and whenever it comes: all is sent, and the end of an incident after its news.
   */
  @Test
  void losesNothingAndTellsNoEndBeforeItsBeginning() {
    long seed = 12;
    Random random = new Random(seed);
    SendOrder many = new SendOrder(1000, Double.POSITIVE_INFINITY);
    List<String> sent = new ArrayList<>();
    int incidents = 200;
    for (int turn = 0; turn < 4000 || many.size() > 0; turn++) {
      if (turn < 2 * incidents) {
        String severity = List.of("info", "warning", "critical").get(turn / 2 % 3);
        many.offer(alarm("i" + turn / 2, turn % 2 == 0 ? "open" : "closed", severity));
      }
      now += random.nextInt(10) * SECOND;
      SendOrder.Waiting next = many.next(now);
      if (next != null && random.nextInt(3) == 0) {
        many.settled(next, now);
        sent.add(next.notice.key());
      } else if (next != null) {
        many.failed(next, 0, now);
      }
    }
    assertEquals(2 * incidents, sent.size(), "seed " + seed);
    for (int i = 0; i < incidents; i++) {
      String severity = List.of("info", "warning", "critical").get(i % 3);
      assertTrue(
          sent.indexOf("i" + i + "|" + severity) < sent.indexOf("i" + i + "|closed"),
          "incident " + i + ", seed " + seed);
    }
  }

  private AfterFailure fail(long askedMillis) {
    return order.failed(order.next(now), askedMillis, now);
  }

  private String send() {
    SendOrder.Waiting next = order.next(now);
    order.settled(next, now);
    return next.notice.key();
  }

  private List<String> sendAll() {
    List<String> sent = new ArrayList<>();
    while (order.size() > 0) {
      now += SECOND;
      sent.add(send());
    }
    return sent;
  }

  static Notice alarm(String incident, String state, String severity) {
    String end = state.equals("closed") ? state : severity;
    return Notice.of(
        incident + "|" + end,
        "n",
        TestAlarms.raised(
            "run",
            incident,
            1,
            Alarm.State.valueOf(state.toUpperCase(Locale.ROOT)),
            Severity.valueOf(severity.toUpperCase(Locale.ROOT))));
  }

  private static Notice command(String key) {
    return Notice.ofCommand(key, "n", "run", Json.object());
  }
}
