// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import static io.foreshock.trainer.link.FakeMonitor.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The outbox and its delivery against monitors in every bad mood. */
@Timeout(120)
class OutboxTest {
  private static final MonitorDestination.Patience IMPATIENT =
      new MonitorDestination.Patience(
          Duration.ofMillis(500), 3, Duration.ofMillis(5), Duration.ofMillis(100));
  private static final Duration LINGER = Duration.ofMillis(10);
  private static final Duration FLUSH = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private FakeMonitor monitor;
  private Path aside;

  @BeforeEach
  void start() throws IOException {
    monitor = new FakeMonitor();
    aside = directory.resolve("run-unsent.lp");
  }

  @AfterEach
  void stop() {
    monitor.close();
  }

  private Outbox outbox(URI address) {
    return outbox(address, 1 << 20);
  }

  private Outbox outbox(URI address, long capacity) {
    return new Outbox(
        "test",
        new MonitorDestination(
            new Monitor(address, "run", "secret"), new FileDestination(aside), IMPATIENT),
        capacity,
        LINGER,
        Outbox.WhenFull.DROP);
  }

  /** Lets the monitor answer once the latch is released. */
  private CountDownLatch answerWhenReleased() {
    CountDownLatch latch = new CountDownLatch(1);
    monitor.answer =
        exchange -> {
          latch.await(30, TimeUnit.SECONDS);
          return 204;
        };
    return latch;
  }

  /** An outbox whose file cannot be written. */
  private Outbox unwritable() {
    FileDestination file = new FileDestination(directory.resolve("no/such/run.lp"));
    return new Outbox("file", file, 1 << 20, LINGER, Outbox.WhenFull.WAIT);
  }

  private static void offer(Outbox outbox, int from, int to) {
    for (int i = from; i < to; i++) {
      outbox.offer(("line" + i + "\n").getBytes(StandardCharsets.UTF_8), 1);
    }
  }

  private static List<String> lines(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add("line" + i);
    }
    return lines;
  }

  @Test
  void deliversEverythingInOrderWithTheToken() throws Exception {
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 1000);
    outbox.close(FLUSH);

    assertEquals(lines(0, 1000), monitor.lines);
    assertEquals(new Outbox.Counts(1000, 0, 0), outbox.counts());
    assertTrue(monitor.tokens.stream().allMatch("Token secret"::equals));
    assertFalse(Files.exists(aside));
  }

  @Test
  void triesAgainAfterAServerError() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    monitor.answer = exchange -> calls.incrementAndGet() < 3 ? 500 : 204;
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 10);
    outbox.close(FLUSH);

    assertEquals(lines(0, 10), monitor.lines);
    assertEquals(new Outbox.Counts(10, 0, 0), outbox.counts());
  }

  @Test
  void waitsAsLongAsABusyMonitorAsks() throws Exception {
    List<Long> times = new ArrayList<>();
    monitor.answer =
        exchange -> {
          times.add(System.nanoTime());
          exchange.getResponseHeaders().add("Retry-After", "1");
          return times.size() < 2 ? 429 : 204;
        };
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 1);
    outbox.close(FLUSH);

    // the asked second is cut to the longest pause of this test
    assertTrue(times.get(1) - times.get(0) >= IMPATIENT.longestPause().toNanos());
    assertEquals(lines(0, 1), monitor.lines);
  }

  @Test
  void doesNotRepeatABatchOfWhichTheGoodLinesAreKept() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    monitor.answer =
        exchange -> {
          calls.incrementAndGet();
          return 400;
        };
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 10);
    outbox.close(FLUSH);

    assertEquals(lines(0, 10), monitor.lines);
    assertFalse(Files.exists(aside));
  }

  @Test
  void setsLinesAsideWhileNobodyListens() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    Outbox outbox = outbox(URI.create("http://127.0.0.1:" + freePort));
    offer(outbox, 0, 100);
    await(() -> outbox.counts().setAside() == 100);
    outbox.close(FLUSH);

    assertEquals(lines(0, 100), Files.readAllLines(aside));
    assertEquals(new Outbox.Counts(0, 100, 0), outbox.counts());
  }

  @Test
  void returnsToAMonitorThatIsBackAndRepeatsNothing() throws Exception {
    monitor.answer = exchange -> 503;
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 10);
    await(() -> outbox.counts().setAside() == 10);
    monitor.answer = exchange -> 204;
    int next = 10;
    while (outbox.counts().sent() == 0) {
      offer(outbox, next, next + 1);
      next++;
      Thread.sleep(20);
    }
    outbox.close(FLUSH);
    List<String> both = new ArrayList<>(Files.readAllLines(aside));
    both.addAll(monitor.lines);

    assertEquals(lines(0, next), both);
  }

  @Test
  void hangingMonitorNeverHoldsUpAnOffer() throws Exception {
    CountDownLatch forever = answerWhenReleased();
    Outbox outbox = outbox(monitor.uri());
    long longest = 0;
    for (int i = 0; i < 300; i++) {
      long start = System.nanoTime();
      offer(outbox, i, i + 1);
      longest = Math.max(longest, System.nanoTime() - start);
      Thread.sleep(1);
    }
    forever.countDown();
    outbox.close(FLUSH);
    Outbox.Counts counts = outbox.counts();

    // far below the monitor's half second of time-out; the bound allows for a busy machine
    assertTrue(longest < TimeUnit.MILLISECONDS.toNanos(300), longest + " ns");
    assertEquals(300, counts.sent() + counts.setAside() + counts.dropped());
    assertEquals(0, counts.dropped());
  }

  @Test
  void slowMonitorGetsEverything() throws Exception {
    monitor.answer =
        exchange -> {
          Thread.sleep(100);
          return 204;
        };
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 50);
    Thread.sleep(50);
    offer(outbox, 50, 100);
    outbox.close(FLUSH);

    assertEquals(lines(0, 100), monitor.lines);
  }

  @Test
  void destinationWithoutMemoryDoesNotEndTheDelivery() throws Exception {
    AtomicInteger deliveries = new AtomicInteger();
    Destination destination =
        new Destination() {
          @Override
          public Outcome deliver(byte[] lines, boolean lastChance) {
            if (deliveries.incrementAndGet() == 1) {
              throw new OutOfMemoryError("made up");
            }
            return Outcome.DELIVERED;
          }

          @Override
          public void close() {}
        };
    Outbox outbox = new Outbox("test", destination, 60, Duration.ZERO, Outbox.WhenFull.WAIT);
    offer(outbox, 0, 100);
    outbox.close(FLUSH);
    Outbox.Counts counts = outbox.counts();

    assertTrue(counts.dropped() > 0, counts.toString());
    assertEquals(100, counts.sent() + counts.dropped(), counts.toString());
  }

  @Test
  void fullQueueDropsAndCounts() throws Exception {
    CountDownLatch hold = answerWhenReleased();
    Outbox outbox = outbox(monitor.uri(), 60);
    offer(outbox, 0, 100);
    hold.countDown();
    outbox.close(FLUSH);
    Outbox.Counts counts = outbox.counts();

    assertTrue(counts.dropped() > 50, counts.toString());
    assertEquals(100, counts.sent() + counts.setAside() + counts.dropped());
  }

  @Test
  void endOfTheRunWaitsForAHangingMonitorOnlySoLong() throws Exception {
    CountDownLatch forever = answerWhenReleased();
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 10);
    long start = System.nanoTime();
    outbox.close(Duration.ofMillis(100));

    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(5));
    assertEquals(lines(0, 10), Files.readAllLines(aside));
    forever.countDown();
  }

  @Test
  void fileReceivesEverything() throws Exception {
    Path file = directory.resolve("run.lp");
    Outbox outbox =
        new Outbox("file", new FileDestination(file), 1 << 20, LINGER, Outbox.WhenFull.DROP);
    offer(outbox, 0, 100);
    outbox.close(FLUSH);

    assertEquals(lines(0, 100), Files.readAllLines(file));
    assertEquals(new Outbox.Counts(100, 0, 0), outbox.counts());
  }

  @Test
  void fileWithoutRoomIsWaitedForAndNothingIsDropped() throws Exception {
    Path file = directory.resolve("run.lp.gz");
    Outbox outbox = // room for two lines
        new Outbox("file", new FileDestination(file), 15, LINGER, Outbox.WhenFull.WAIT);
    offer(outbox, 0, 50);
    outbox.close(Duration.ofMillis(1));

    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      assertEquals(lines(0, 50), lines.lines().toList());
    }
    assertEquals(new Outbox.Counts(50, 0, 0), outbox.counts());
  }

  @Test
  void unwritableFileDropsAndCounts() throws Exception {
    Outbox outbox = unwritable();
    offer(outbox, 0, 3);
    outbox.close(FLUSH);

    assertEquals(new Outbox.Counts(0, 0, 3), outbox.counts());
  }

  /** A checkpoint must not exist before the lines that a resumed run does not repeat. */
  @Test
  void flushReturnsOnceAllLinesSoFarAreInTheFile() throws Exception {
    Path file = directory.resolve("run.lp");
    Outbox outbox =
        new Outbox(
            "file",
            new FileDestination(file),
            1 << 20,
            Duration.ofMinutes(1), // not waited for
            Outbox.WhenFull.WAIT);
    for (int i = 0; i < 200; i++) {
      offer(outbox, i, i + 1);
      outbox.flush();
      assertEquals(lines(0, i + 1), Files.readAllLines(file));
    }
    outbox.close(FLUSH);
  }

  @Test
  void flushDoesNotWaitForMonitor() throws Exception {
    CountDownLatch hold = answerWhenReleased();
    Outbox outbox = outbox(monitor.uri());
    offer(outbox, 0, 1);
    outbox.flush();
    assertEquals(new Outbox.Counts(0, 0, 0), outbox.counts());
    hold.countDown();
    outbox.close(FLUSH);
  }

  @Test
  void flushReturnsWhereTheFileCannotBeWritten() throws Exception {
    Outbox outbox = unwritable();
    offer(outbox, 0, 3);
    outbox.flush();
    assertEquals(new Outbox.Counts(0, 0, 3), outbox.counts());
    outbox.close(FLUSH);
  }

  @Test
  void monitorsAddressMayBeTheServiceOrItsWritePath() {
    URI service = URI.create("http://host:1");
    assertEquals(
        "http://host:1/api/v2/write?precision=ns",
        new Monitor(service, "a run", null).write().toString());
    assertEquals(
        "http://host:1/write?precision=ns",
        new Monitor(URI.create("http://host:1/write"), "a run", null).write().toString());
    assertEquals(
        "http://host:1/api/v1/runs/a%20run/commands?after=3&wait=20",
        new Monitor(service, "a run", null).commands(3, 20).toString());
  }
}
