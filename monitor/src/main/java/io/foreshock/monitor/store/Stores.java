// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.config.MonitorConfig.StoreSettings.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All configured stores, each with a feed of its own, so that none waits for another. Reads use the
 * first.
 *
 * <p><b>Threads.</b> One thread adds; any thread reads.
 */
public final class Stores implements AutoCloseable {
  private final List<StoreFeed> feeds;
  private final @Nullable DuckDbStore embedded;

  /** Combines these stores; reads use the first. */
  public Stores(List<StoreFeed> feeds) {
    this(feeds, null);
  }

  private Stores(List<StoreFeed> feeds, @Nullable DuckDbStore embedded) {
    this.feeds = List.copyOf(feeds);
    this.embedded = embedded;
  }

  /** Opens the configured stores; one that cannot be opened now is opened later. */
  public static Stores open(MonitorConfig config, Clock clock) {
    MonitorConfig.StoreSettings settings = config.store();
    Path data = config.data();
    List<StoreFeed> feeds = new ArrayList<>();
    DuckDbStore duckDb = null;
    if (settings.kind() != Kind.INFLUXDB) {
      duckDb = new DuckDbStore(data.resolve("foreshock.duckdb"), settings.memory());
      feeds.add(new StoreFeed("duckdb", duckDb, settings, clock));
    }
    if (settings.kind() != Kind.DUCKDB) {
      TelemetryStore influxDb =
          InfluxStore.open(
              settings.influxdb(), settings.retentionDays(), data.resolve("influxdb.progress"));
      feeds.add(new StoreFeed("influxdb", influxDb, settings, clock));
    }
    return new Stores(feeds, duckDb);
  }

  /** Begins to write; {@code through} is the newest entry that the backlog may hold now. */
  public void start(Backlog backlog, long through) {
    feeds.forEach(feed -> feed.start(backlog, through));
  }

  /** Adds a batch. Never waits. */
  public void add(StoreBatch batch) {
    feeds.forEach(feed -> feed.add(batch));
  }

  /** Announces a batch of the journal to the stores that may lack it and will read it back. */
  public void expect(StoreBatch batch) {
    feeds.stream()
        .filter(feed -> feed.appliedSequence() < batch.sequence)
        .forEach(feed -> feed.expect(batch));
  }

  /** Newest journal entry up to which every store has all entries. */
  public long appliedSequence() {
    return feeds.stream().mapToLong(StoreFeed::appliedSequence).min().orElseThrow();
  }

  /** Newest journal entry up to which no store needs the journal as a second copy. */
  public long securedSequence() {
    return feeds.stream().mapToLong(StoreFeed::securedSequence).min().orElseThrow();
  }

  /**
   * Repairs a store after a read has found damage. To be called before {@link #start}.
   *
   * @throws StoreException when it cannot be repaired now
   */
  public void repair() {
    feeds.forEach(StoreFeed::repair);
  }

  /** Requests that stored entries be secured soon, so that the journal can release them. */
  public void wantSecurity() {
    feeds.forEach(StoreFeed::wantSecurity);
  }

  /** Whether every store could be opened, so that their newest entries are known. */
  public boolean areOpen() {
    return feeds.stream().allMatch(StoreFeed::isOpen);
  }

  /** Newest journal entry that any store has. */
  public long newestSequence() {
    return feeds.stream().mapToLong(StoreFeed::appliedSequence).max().orElseThrow();
  }

  /** The present trouble with the stores, for people. */
  public Optional<String> trouble() {
    return feeds.stream()
        .flatMap(feed -> Stream.of(feed.trouble(), feed.reads().trouble(), behind(feed)))
        .filter(Objects::nonNull)
        .reduce((one, other) -> one + "; " + other);
  }

  /** Stored values as series by field, layer and segment. */
  public List<Series> series(SeriesQuery query) {
    return feeds.get(0).series(query);
  }

  /** Stored values of several queries, in their order. */
  public List<List<Series>> series(List<SeriesQuery> queries) {
    return feeds.get(0).series(queries);
  }

  /** The numeric fields that the store has of a run. */
  public List<StoredSignal> signals(String run) {
    return feeds.get(0).signals(run);
  }

  /** The newest lines of a run in a measurement that has few, such as events, oldest first. */
  public List<StoredLine> lines(String run, String measurement) {
    return feeds.get(0).lines(run, measurement);
  }

  /** A run's alarms, stored or waiting. */
  public RunAlarms alarms(String run) {
    return feeds.get(0).alarms(run);
  }

  /** Closed incidents over all runs, stored or waiting. */
  public ClosedIncidents closedIncidents(IncidentQuery query) {
    return feeds.get(0).closedIncidents(query);
  }

  /** Runs that the store has rows of; InfluxDB is not asked. */
  public List<String> runs() {
    return feeds.get(0).runs();
  }

  /** A summary of a run from the store's rows. */
  public RunRows rows(String run) {
    return feeds.get(0).rows(run);
  }

  /** The embedded store, which alone can be exported and queried; empty for InfluxDB alone. */
  public Optional<DuckDbStore> embedded() {
    return Optional.ofNullable(embedded);
  }

  /** Each store's feed. */
  public List<StoreFeed> feeds() {
    return feeds;
  }

  /** Stores the waiting batches, as far as the stores answer, then closes the stores. */
  @Override
  public void close() {
    feeds.forEach(StoreFeed::close);
  }

  private static @Nullable String behind(StoreFeed feed) {
    return feed.behind()
        ? "store " + feed.name() + " is behind and catches up from the journal"
        : null;
  }
}
