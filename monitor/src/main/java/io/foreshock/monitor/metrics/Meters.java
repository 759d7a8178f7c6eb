// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.metrics;

import io.foreshock.predictors.online.Severity;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** The monitor's own counters and timers. Safe from any thread. */
public final class Meters {
  private static final double[] PERCENTILES = {0.5, 0.9, 0.99};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter lines = counter("foreshock.ingest.lines", "lines accepted");
  private final Counter rejected = counter("foreshock.ingest.rejected", "malformed lines");
  private final Counter bytes = counter("foreshock.ingest.bytes", "telemetry bytes, decompressed");
  private final Counter saturated = counter("foreshock.ingest.saturated", "writes answered 429");
  private final Counter unavailable =
      counter(
          "foreshock.ingest.unavailable", "writes answered 503: they could not be written down");
  private final Counter malformed =
      counter("foreshock.http.malformed", "requests that are not complete, well-formed HTTP");
  private final Counter wrongTokens =
      counter("foreshock.http.wrong.tokens", "requests with a wrong token");
  private final Counter detectorFailures =
      counter("foreshock.detect.failures", "lines and clock ticks on which a detector failed");
  private final Counter noRoom =
      counter("foreshock.ingest.no.room", "lines refused because no more runs or series fit");
  private final Counter unread =
      counter("foreshock.ingest.unread", "accepted lines without a signal that Foreshock knows");
  private final Counter unreadWrites =
      counter("foreshock.ingest.unread.writes", "writes of which no line was understood");
  private final Counter snapshotFailures =
      counter("foreshock.snapshot.failures", "snapshots of runs that could not be saved");
  private final Timer detect = timer("foreshock.detect", "a batch through the detectors");
  private final Timer sync = timer("foreshock.journal.sync", "forcing the journal to disk");
  private final Map<Severity, Counter> alarms = new EnumMap<>(Severity.class);

  /** Creates meters that have counted nothing. */
  public Meters() {
    for (Severity severity : Severity.values()) {
      alarms.put(severity, alarms(severity));
    }
  }

  /** Counts a batch that went through the detectors. */
  public void batch(long taken, long dropped, long size, long nanos) {
    lines.increment(taken);
    rejected.increment(dropped);
    bytes.increment(size);
    detect.record(Duration.ofNanos(nanos));
  }

  /** Counts a write that was refused because too much is being processed. */
  public void saturated() {
    saturated.increment();
  }

  /** Counts a write that could not be made durable. */
  public void unavailable() {
    unavailable.increment();
  }

  /** Counts a request that is no HTTP, or that ended early. */
  public void malformed() {
    malformed.increment();
  }

  /** Counts a request with a wrong token. */
  public void wrongToken() {
    wrongTokens.increment();
  }

  /** Counts lines that were refused because there was no room for their run or series. */
  public void noRoom(long refused) {
    noRoom.increment(refused);
  }

  /**
   * Counts accepted lines of which nothing was understood.
   *
   * @param wholeWrite whether the write had no other good line
   */
  public void unread(long count, boolean wholeWrite) {
    unread.increment(count);
    unreadWrites.increment(wholeWrite ? 1 : 0);
  }

  /** Counts a snapshot of a run that could not be saved. */
  public void snapshotFailed() {
    snapshotFailures.increment();
  }

  /** Counts a detector that threw an exception. */
  public void detectorFailed() {
    detectorFailures.increment();
  }

  /** Records how long it lasted to force the journal to disk. */
  public void synced(long nanos) {
    sync.record(Duration.ofNanos(nanos));
  }

  /** Counts an incident that opened or got worse. */
  public void alarm(Severity severity) {
    alarms.computeIfAbsent(severity, this::alarms).increment();
  }

  /** Counts a notifier's message by its result, such as {@code delivered} or {@code given_up}. */
  public void notified(String notifier, String result) {
    registry.counter("foreshock.notifications", "notifier", notifier, "result", result).increment();
  }

  /** Counts an answered request of another tool's protocol by its status. */
  public void answered(String protocol, int status) {
    registry
        .counter("foreshock.ingest.requests", "protocol", protocol, "status", "" + status)
        .increment();
  }

  /** Counts a request for another tool's server by its result, such as {@code dropped}. */
  public void forwarded(String protocol, String result) {
    registry
        .counter("foreshock.ingest.forwarded", "protocol", protocol, "result", result)
        .increment();
  }

  /** Adds a gauge whose number is read when Prometheus asks; tags are keys and values in turn. */
  public void gauge(String name, String description, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** Returns all meters in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  private Counter alarms(Severity severity) {
    return Counter.builder("foreshock.alarms")
        .description("incidents opened or raised to this severity")
        .tag("severity", severity.wireName())
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .publishPercentiles(PERCENTILES)
        .register(registry);
  }
}
