// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every notifier that posts must do; a subclass makes one from settings. */
@Timeout(30)
abstract class NotifierContract {
  static final String RUN = "a <run> & more";

  Target target;

  abstract NotifierSettings.Type type();

  abstract Notifier notifier(NotifierSettings settings);

  @BeforeEach
  void openTarget() throws IOException {
    target = new Target();
  }

  @AfterEach
  void closeTarget() {
    target.close();
  }

  @Test
  void deliversWhatRunAndWhy() throws InterruptedException {
    assertInstanceOf(Delivery.Delivered.class, deliver(target.url()));
    assertEquals(1, target.requests.size());
    assertEquals("application/json", target.requests.get(0).header("Content-type"));
    String body = new String(target.requests.get(0).body(), StandardCharsets.UTF_8);
    for (String part : new String[] {"loss", "critical", "Loss jumped to 9.0", "120"}) {
      assertTrue(
          body.toLowerCase().contains(part.toLowerCase()), () -> part + " is not in " + body);
    }
  }

  @Test
  void aFailingTargetIsTriedAgain() throws InterruptedException {
    for (int status : new int[] {500, 503, 408, 401, 403, 404, 302}) {
      target.status = status;
      Delivery.TryAgain again =
          assertInstanceOf(Delivery.TryAgain.class, deliver(target.url()), "status " + status);
      assertTrue(again.cause().contains("" + status), again.cause());
    }
  }

  @Test
  void heedsRetryAfter() throws InterruptedException {
    target.status = 429;
    target.retryAfter = "7";
    assertEquals(7000, ((Delivery.TryAgain) deliver(target.url())).waitMillis());
    target.retryAfter = "Wed, 21 Oct 2026 07:28:00 GMT";
    assertEquals(0, ((Delivery.TryAgain) deliver(target.url())).waitMillis());
  }

  @Test
  void aRefusalOfTheMessageIsFinal() throws InterruptedException {
    for (int status : new int[] {400, 410, 413, 422}) {
      target.status = status;
      assertInstanceOf(Delivery.Refused.class, deliver(target.url()), "status " + status);
    }
  }

  @Test
  void aHangingTargetCostsOneTimeout() throws InterruptedException {
    target.hanging = true;
    long start = System.nanoTime();
    assertInstanceOf(Delivery.TryAgain.class, deliver(target.url()));
    double seconds = (System.nanoTime() - start) / 1e9;
    assertTrue(seconds < 5, "took " + seconds + " s with a timeout of 1 s");
  }

  @Test
  void anEndlessAnswerIsReadAtItsBeginningOnly() throws InterruptedException {
    target.answerBytes = 1L << 40;
    assertInstanceOf(Delivery.Delivered.class, deliver(target.url()));
    target.status = 500;
    Delivery.TryAgain again = assertInstanceOf(Delivery.TryAgain.class, deliver(target.url()));
    assertEquals("status 500: " + "x".repeat(200), again.cause());
  }

  @Test
  void nobodyThereIsTriedAgain() throws InterruptedException {
    String url = target.url();
    target.close();
    assertInstanceOf(Delivery.TryAgain.class, deliver(url));
  }

  final Delivery deliver(String url) throws InterruptedException {
    return notifier(settings(url, "")).deliver(notice());
  }

  final NotifierSettings settings(String url, String secret) {
    return new NotifierSettings(type(), "test", url, secret, Severity.WARNING, true, 1, 3, 1000);
  }

  static Notice notice() {
    return notice("test|incident|critical", Alarm.State.OPEN);
  }

  static Notice notice(String key, Alarm.State state) {
    String incident = RUN + "/0/loss_spike/120";
    return Notice.of(key, "test", TestAlarms.raised(RUN, incident, 120, state, Severity.CRITICAL));
  }
}
