// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.metrics.Meters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the wrong tokens from each address, and decides when an address sent too many.
 *
 * <p>An address may send {@value #FREE} wrong tokens a minute. Right tokens from it always work,
 * because many hosts can share one address. The first wrong token is logged at WARN, then at most
 * one line a minute. <b>Bounds.</b> It keeps {@value #MAX_ADDRESSES} addresses and then forgets the
 * oldest. <b>Threads.</b> Any.
 */
final class WrongTokens {
  static final int FREE = 10;

  private static final Logger LOG = LoggerFactory.getLogger(WrongTokens.class);
  private static final int MAX_ADDRESSES = 1000;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Meters meters;
  private final LongSupplier nanoClock;
  private final Map<String, Minute> addresses = new LinkedHashMap<>();
  private long total;
  private long logged;
  private long loggedNanos;

  WrongTokens(Meters meters, LongSupplier nanoClock) {
    this.meters = meters;
    this.nanoClock = nanoClock;
  }

  /**
   * Counts a wrong token.
   *
   * @return seconds for which the address should be silent; 0 while it may send more
   */
  synchronized long from(String address) {
    meters.wrongToken();
    total++;
    long now = nanoClock.getAsLong();
    Minute minute = addresses.get(address);
    if (minute == null || now - minute.beganNanos >= MINUTE_NANOS) {
      makeRoom(address);
      minute = new Minute(now);
      addresses.put(address, minute);
    }
    minute.wrong++;
    log(address, minute.wrong, now);
    long leftNanos = minute.beganNanos + MINUTE_NANOS - now;
    return minute.wrong <= FREE ? 0 : 1 + TimeUnit.NANOSECONDS.toSeconds(leftNanos);
  }

  private void makeRoom(String address) {
    addresses.remove(address); // so that it is the newest once more
    if (addresses.size() >= MAX_ADDRESSES) {
      addresses.remove(addresses.keySet().iterator().next());
    }
  }

  private void log(String address, long wrong, long now) {
    if (logged == 0 || now - loggedNanos >= MINUTE_NANOS) {
      LOG.warn(
          "wrong token from {}: {} from there within a minute, {} in all since the last such line",
          address,
          wrong,
          total - logged);
      logged = total;
      loggedNanos = now;
    }
  }

  /** The wrong tokens from one address since a time. */
  private static final class Minute {
    final long beganNanos;
    long wrong;

    Minute(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }
}
