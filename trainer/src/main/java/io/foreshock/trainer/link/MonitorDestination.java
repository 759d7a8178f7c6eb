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
 * Writes lines to a monitor, or aside into a file while it is away.
 *
 * <p><b>Rules.</b> Taken (2xx): done. Refused as malformed (400, the good lines are kept by the
 * contract) or too large (413): done, told once; sending the same again cannot help. Busy (429 and
 * 503, waits as long as {@code Retry-After} says), other errors, silence, an answer without end:
 * tried again with growing, jittered pauses, {@link Patience#attempts} times in all; then the
 * monitor counts as away, which is told once, and lines go to the file at once. From time to time a
 * batch is tried on the monitor first; when one is taken it is back. What is in the file is not
 * sent again. A batch whose answer was lost may be both with the monitor and in the file; a
 * repeated line is stored once there.
 *
 * <p><b>Threads.</b> For the outbox's thread.
 */
public final class MonitorDestination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorDestination.class);

  /** What is read of an answer; no monitor's is longer. */
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  /**
   * How long to go on with a monitor that does not take lines.
   *
   * @param timeout of one attempt, for all of its answer
   * @param attempts before the monitor counts as away, at least 1
   * @param firstPause before the second attempt; doubles from one attempt to the next
   * @param longestPause bound of a pause, and the pause between looks at a monitor that is away
   */
  public record Patience(
      Duration timeout, int attempts, Duration firstPause, Duration longestPause) {
    /** For runs; tests are less patient. */
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(10), 5, Duration.ofMillis(250), Duration.ofSeconds(30));
  }

  private enum Verdict {
    TAKEN,
    REFUSED,
    LATER
  }

  private final Monitor monitor;
  private final FileDestination aside;
  private final Patience patience;
  private final Random random = new Random();
  private final Exchange exchange;
  private boolean away;
  private boolean refusalTold;
  private long nextLookNanos;
  private long askedPauseMillis;

  /** Writes to {@code monitor}, and while it is away to {@code aside}. */
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
      LOG.debug("the answer {} has no end: it is no monitor's", status);
      return Verdict.LATER; // whatever it says, the lines are better kept
    }
    if (status / 100 == 2) {
      return Verdict.TAKEN;
    }
    if (status == 400 || status == 413) {
      if (!refusalTold) {
        LOG.warn("the monitor refused lines ({}): {}", status, answer.excerpt());
        refusalTold = true;
      }
      return Verdict.REFUSED;
    }
    LOG.debug("the monitor answered {}: {}", status, answer.excerpt());
    askedPauseMillis = retryAfterMillis(answer);
    return Verdict.LATER;
  }

  private static long retryAfterMillis(Exchange.Answer answer) {
    String value = answer.headers().firstValue("Retry-After").orElse("");
    return value.matches("\\d{1,6}") ? Long.parseLong(value) * 1000 : 0; // dates: our own pause
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
          "the monitor at {} does not take telemetry; until it does, lines go to {}",
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
