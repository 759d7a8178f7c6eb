// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends lines to a monitor, or writes them to a file while the monitor is away.
 *
 * <p><b>Rules.</b> Accepted (2xx): the batch is done. Refused as malformed (400; by the contract
 * the good lines are kept) or too large (413): the batch is done, because sending it again cannot
 * help; this is logged once. Busy (429 and 503, with the pause of {@code Retry-After}), other
 * errors, no answer, or an answer without end: the batch is sent again with growing, jittered
 * pauses, {@link Patience#attempts} times in all. Then the monitor counts as away, which is logged
 * once, and lines are written to the file at once. From time to time a batch is sent to the monitor
 * first; when one is accepted, the monitor is back. Lines in the file are not sent again. A batch
 * whose answer did not arrive may be both at the monitor and in the file; a repeated line is stored
 * once there.
 *
 * <p><b>Threads.</b> For the outbox's thread.
 */
public final class MonitorDestination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorDestination.class);

  /** Most bytes that are read of an answer; no monitor sends a longer one. */
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  /**
   * How long to retry with a monitor that does not accept lines.
   *
   * @param timeout limit of one attempt, including the whole answer
   * @param attempts number of attempts before the monitor counts as away, at least 1
   * @param firstPause pause before the second attempt; doubles from one attempt to the next
   * @param longestPause longest pause, and the pause between attempts with a monitor that is away
   */
  public record Patience(
      Duration timeout, int attempts, Duration firstPause, Duration longestPause) {
    /** The values for runs; tests use shorter ones. */
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(10), 5, Duration.ofMillis(250), Duration.ofSeconds(30));
  }

  private enum Verdict {
    ACCEPTED,
    REFUSED,
    LATER
  }

  private final Monitor monitor;
  private final FileDestination aside;
  private final Patience patience;
  private final Random random = new Random();
  private final Exchange exchange;
  private boolean away;
  private boolean refusalLogged;
  private long nextLookNanos;
  private long askedPauseMillis;

  /** A destination that sends to {@code monitor}, and while it is away writes to {@code aside}. */
  public MonitorDestination(Monitor monitor, FileDestination aside, Patience patience) {
    this.monitor = monitor;
    this.aside = aside;
    this.patience = patience;
    exchange = new Exchange(patience.timeout());
  }

  @Override
  public Outcome deliver(byte[] lines, boolean lastChance)
      throws IOException, InterruptedException {
    if (lines.length == 0) {
      return Outcome.DELIVERED;
    }
    if (lastChance || away && System.nanoTime() - nextLookNanos < 0) {
      return setAside(lines);
    }
    byte[] body = gzip(lines);
    int attempts = away ? 1 : patience.attempts();
    for (int attempt = 1; attempt <= attempts; attempt++) {
      if (attempt(body) != Verdict.LATER) {
        back();
        return Outcome.DELIVERED;
      }
      if (attempt < attempts) {
        Thread.sleep(pauseMillis(attempt));
      }
    }
    gone();
    return setAside(lines);
  }

  private Verdict attempt(byte[] body) throws InterruptedException {
    askedPauseMillis = 0;
    HttpRequest request =
        monitor
            .request(monitor.write())
            .header("Content-Type", "text/plain; charset=utf-8")
            .header("Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      return judge(exchange.send(request, patience.timeout(), MOST_ANSWER_BYTES));
    } catch (IOException e) {
      LOG.debug("the monitor did not answer", e);
      return Verdict.LATER;
    }
  }

  private Verdict judge(Exchange.Answer answer) {
    int status = answer.status();
    if (!answer.whole()) {
      LOG.debug("the answer {} has no end, so it is not from a monitor", status);
      return Verdict.LATER; // the sender of the answer is unknown, so the lines are kept
    }
    if (status / 100 == 2) {
      return Verdict.ACCEPTED;
    }
    if (status == 400 || status == 413) {
      if (!refusalLogged) {
        LOG.warn("the monitor refused lines ({}): {}", status, answer.excerpt());
        refusalLogged = true;
      }
      return Verdict.REFUSED;
    }
    LOG.debug("the monitor answered {}: {}", status, answer.excerpt());
    askedPauseMillis = retryAfterMillis(answer);
    return Verdict.LATER;
  }

  private static long retryAfterMillis(Exchange.Answer answer) {
    String value = answer.headers().firstValue("Retry-After").orElse("");
    return value.matches("\\d{1,6}")
        ? Long.parseLong(value) * 1000
        : 0; // 0 for dates, which are not supported
  }

  private long pauseMillis(int attempt) {
    long longest = patience.longestPause().toMillis();
    long grown = Math.min(longest, patience.firstPause().toMillis() << Math.min(attempt - 1, 20));
    long jittered = grown / 2 + random.nextLong(grown / 2 + 1);
    return Math.min(longest, Math.max(askedPauseMillis, jittered));
  }

  private void back() {
    if (away) {
      LOG.info("the monitor at {} is back", monitor.address());
      away = false;
    }
  }

  private void gone() {
    nextLookNanos = System.nanoTime() + patience.longestPause().toNanos();
    if (!away) {
      LOG.warn(
          "the monitor at {} does not accept telemetry; until it does, lines are written to {}",
          monitor.address(),
          aside.path());
      away = true;
    }
  }

  private Outcome setAside(byte[] lines) throws IOException {
    aside.deliver(lines, true);
    return Outcome.SET_ASIDE;
  }

  private static byte[] gzip(byte[] lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(lines.length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(lines);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    aside.close();
  }
}
