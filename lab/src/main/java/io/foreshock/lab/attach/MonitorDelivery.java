// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.client.MonitorClient;
import io.foreshock.monitor.wire.Exchange;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sends lines to a monitor, and waits for it while it is away or has no room.
 *
 * <p><b>Errors.</b> A monitor that is away is told once, and once when it is back. Lines that it
 * refuses are told. A wrong token or another program at the address ends the delivery.
 */
final class MonitorDelivery implements Delivery {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** Waits; a test need not. */
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  private final MonitorClient monitor;
  private final Consumer<String> messages;
  private final Pause pause;
  private boolean away;

  MonitorDelivery(MonitorClient monitor, Consumer<String> messages, Pause pause) {
    this.monitor = monitor;
    this.messages = messages;
    this.pause = pause;
  }

  @Override
  public void deliver(byte[] lines) throws IOException, InterruptedException {
    Duration wait = FIRST_PAUSE;
    while (!taken(lines)) {
      pause.of(wait);
      Duration longer = wait.multipliedBy(2);
      wait = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
    if (away) {
      messages.accept("the monitor answers again");
      away = false;
    }
  }

  private boolean taken(byte[] lines) throws IOException, InterruptedException {
    Exchange.Answer answer;
    try {
      answer = monitor.write(lines);
    } catch (IOException e) {
      return later(String.valueOf(e.getMessage()));
    }
    int status = answer.status();
    if (status == 400) {
      messages.accept("the monitor refuses lines: " + MonitorClient.problem(answer));
      return true;
    }
    if (status == 429 || status >= 500) {
      return later("the monitor answered " + status + ": " + MonitorClient.problem(answer));
    }
    if (status / 100 != 2) {
      throw new IOException(
          "the monitor answered "
              + status
              + ": "
              + MonitorClient.problem(answer)
              + (status == 401 || status == 403
                  ? " (give a token with --token or $FORESHOCK_TOKEN)"
                  : ""));
    }
    return true;
  }

  private boolean later(String problem) {
    if (!away) {
      messages.accept(problem + "; the lines wait");
      away = true;
    }
    return false;
  }
}
