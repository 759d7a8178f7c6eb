// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.TestLog;
import io.foreshock.monitor.metrics.Meters;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrongTokensTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // as nanoTime may be
  private final WrongTokens wrong = new WrongTokens(new Meters(), nanos::get);

  @Test
  void anAddressHasTenAMinuteAndAnotherItsOwn() {
    for (int i = 0; i < WrongTokens.FREE; i++) {
      assertEquals(0, wrong.from("10.0.0.1"));
    }
    pass(15);
    assertEquals(46, wrong.from("10.0.0.1"), "until its minute is over");
    assertEquals(0, wrong.from("10.0.0.2"));
    pass(45);
    assertEquals(0, wrong.from("10.0.0.1"));
  }

  @Test
  void logsOneLineAMinuteWithHowMany() {
    try (TestLog log = TestLog.capture()) {
      for (int i = 0; i < 100; i++) {
        wrong.from("10.0.0.1");
      }
      assertEquals(1, log.troubles().size());
      pass(61);
      wrong.from("10.0.0.2");
      assertEquals(
          "WARN wrong token from 10.0.0.2: 1 from there within a minute, 100 in all since the last"
              + " such line",
          log.troubles().get(1));
    }
  }

  @Test
  void remembersTheNewestAddressesOnly() {
    for (int i = 0; i <= WrongTokens.FREE; i++) {
      wrong.from("first");
    }
    for (int i = 0; i < 1000; i++) {
      wrong.from("other-" + i);
    }
    assertEquals(0, wrong.from("first"), "forgotten");
  }

  private void pass(int seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }
}
