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
  private final Counter lines = counter("foreshock.ingest.lines", "lines taken");
  private final Counter rejected = counter("foreshock.ingest.rejected", "malformed lines");
  private final Counter bytes = counter("foreshock.ingest.bytes", "telemetry bytes, decompressed");
  private final Counter saturated = counter("foreshock.ingest.saturated", "writes answered 429");
  private final Counter unavailable =
      counter(
          "foreshock.ingest.unavailable", "writes answered 503: they could not be written down");
  private final Counter malformed =
      counter("foreshock.http.malformed", "requests that were no whole, well-formed HTTP");
  private final Counter wrongTokens =
      counter("foreshock.http.wrong.tokens", "requests with a token that is none of ours");
  private final Counter detectorFailures =
      counter(
          "foreshock.detect.failures", "lines, and looks at the clock, on which a detector failed");
  private final Counter noRoom =
      counter("foreshock.ingest.no.room", "lines refused because no more runs or series fit");
  private final Counter snapshotFailures =
      counter("foreshock.snapshot.failures", "snapshots of runs that could not be saved");
  private final Timer detect = timer("foreshock.detect", "a batch through the detectors");
  private final Timer sync = timer("foreshock.journal.sync", "forcing the journal to disk");
  private final Map<Severity, Counter> alarms = new EnumMap<>(Severity.class);

  /** Meters that have counted nothing. */
  public Meters() {
    for (Severity severity : Severity.values()) {
      alarms.put(
          severity,
          Counter.builder("foreshock.alarms")
              .description("incidents opened or raised to this severity")
              .tag("severity", severity.wireName())
              .register(registry));
    }
  }

  /** A batch went through the detectors. */
  public void batch(long taken, long dropped, long size, long nanos) {
    lines.increment(taken);
    rejected.increment(dropped);
    bytes.increment(size);
    detect.record(Duration.ofNanos(nanos));
  }

  /** A write was refused because too much is under way. */
  public void saturated() {
    saturated.increment();
  }

  /** A write could not be made durable. */
  public void unavailable() {
    unavailable.increment();
  }

  /** A request was no HTTP, or ended before it was whole. */
  public void malformed() {
    malformed.increment();
  }

  /** A request came with a wrong token. */
  public void wrongToken() {
    wrongTokens.increment();
  }

  /** Lines were refused because there was no room for their run or series. */
  public void noRoom(long refused) {
    noRoom.increment(refused);
  }

  /** A run's snapshot could not be saved. */
  public void snapshotFailed() {
    snapshotFailures.increment();
  }

  /** A detector threw. */
  public void detectorFailed() {
    detectorFailures.increment();
  }

  /** The journal was forced to disk. */
  public void synced(long nanos) {
    sync.record(Duration.ofNanos(nanos));
  }

  /** An incident opened or got worse. */
  public void alarm(Severity severity) {
    alarms.get(severity).increment();
  }

  /** A notifier's message came through, failed once, or was given up. */
  public void notified(String notifier, String result) {
    registry.counter("foreshock.notifications", "notifier", notifier, "result", result).increment();
  }

  /** Shows a number that is asked for when Prometheus asks; tags are keys and values in turn. */
  public void gauge(String name, String description, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /** Everything in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
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
