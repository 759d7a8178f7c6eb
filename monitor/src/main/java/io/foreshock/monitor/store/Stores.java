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

/**
 * All stores there are, each behind a feed of its own, so that none waits for another. Reads come
 * from the first.
 *
 * <p><b>Threads.</b> One thread adds; any thread reads.
 */
public final class Stores implements AutoCloseable {
  private final List<StoreFeed> feeds;

  /** These stores, of which the first is read from. */
  public Stores(List<StoreFeed> feeds) {
    this.feeds = List.copyOf(feeds);
  }

  /** Opens the stores that are configured; what cannot be opened now is tried again later. */
  public static Stores open(MonitorConfig config, Clock clock) {
    MonitorConfig.StoreSettings settings = config.store();
    Path data = config.data();
    List<StoreFeed> feeds = new ArrayList<>();
    if (settings.kind() != Kind.INFLUXDB) {
      TelemetryStore duckDb = DuckDbStore.of(data.resolve("foreshock.duckdb"), settings.memory());
      feeds.add(new StoreFeed("duckdb", duckDb, settings, clock));
    }
    if (settings.kind() != Kind.DUCKDB) {
      TelemetryStore influxDb =
          InfluxStore.open(
              settings.influxdb(), settings.retentionDays(), data.resolve("influxdb.progress"));
      feeds.add(new StoreFeed("influxdb", influxDb, settings, clock));
    }
    return new Stores(feeds);
  }

  /** Begins to write; {@code through} is the newest entry that the backlog may hold now. */
  public void start(Backlog backlog, long through) {
    feeds.forEach(feed -> feed.start(backlog, through));
  }

  /** Takes a batch. Never waits. */
  public void add(StoreBatch batch) {
    feeds.forEach(feed -> feed.add(batch));
  }

  /** Takes the alarms of a batch again, for the stores that may lack them. */
  public void keepAlarms(StoreBatch batch) {
    feeds.stream()
        .filter(feed -> feed.appliedSequence() < batch.sequence)
        .forEach(feed -> feed.keep(batch.alarms));
  }

  /** Newest journal entry that every store has, and all before it. */
  public long appliedSequence() {
    return feeds.stream().mapToLong(StoreFeed::appliedSequence).min().orElseThrow();
  }

  /** Newest journal entry up to which no store needs the journal as a second copy. */
  public long securedSequence() {
    return feeds.stream().mapToLong(StoreFeed::securedSequence).min().orElseThrow();
  }

  /**
   * Mends a store that a read has shown to be damaged. To be called before {@link #start}.
   *
   * @throws StoreException when it cannot be mended now
   */
  public void repair() {
    feeds.forEach(StoreFeed::repair);
  }

  /** Has what is stored secured soon, so that the journal can let it go. */
  public void wantSecurity() {
    feeds.forEach(StoreFeed::wantSecurity);
  }

  /** Whether every store could be opened: only then is it known what they have seen. */
  public boolean areOpen() {
    return feeds.stream().allMatch(StoreFeed::isOpen);
  }

  /** Newest journal entry that any store has seen. */
  public long newestSequence() {
    return feeds.stream().mapToLong(StoreFeed::appliedSequence).max().orElseThrow();
  }

  /** What a person should know about the stores, if anything. */
  public Optional<String> trouble() {
    return feeds.stream()
        .flatMap(feed -> Stream.of(feed.trouble(), feed.reads().trouble(), behind(feed)))
        .filter(Objects::nonNull)
        .reduce((one, other) -> one + "; " + other);
  }

  /** Series of numbers, by field, layer and segment. */
  public List<Series> series(SeriesQuery query) {
    return feeds.get(0).series(query);
  }

  /** A run's alarms, stored or not. */
  public RunAlarms alarms(String run) {
    return feeds.get(0).alarms(run);
  }

  /** Runs that the store has rows of; InfluxDB is not asked. */
  public List<String> runs() {
    return feeds.get(0).runs();
  }

  /** What the store's rows of a run tell. */
  public RunRows rows(String run) {
    return feeds.get(0).rows(run);
  }

  /** Each store's feed. */
  public List<StoreFeed> feeds() {
    return feeds;
  }

  /** Stores what waits, as far as the stores answer, then closes them. */
  @Override
  public void close() {
    feeds.forEach(StoreFeed::close);
  }

  private static String behind(StoreFeed feed) {
    return feed.behind()
        ? "store " + feed.name() + " is behind and catches up from the journal"
        : null;
  }
}
