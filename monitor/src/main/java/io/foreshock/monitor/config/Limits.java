// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

/** What one sender can cost. */
public record Limits(Requests requests, Names names, Series series, Clients clients, Disk disk) {
  /**
   * Of requests.
   *
   * @param bodyBytes of a request as it comes over the wire
   * @param decompressedBytes of a write after gunzip
   * @param receiveSeconds within which a first request's head, and any body, must be whole
   * @param connections open at a time; further ones are closed at once
   * @param inFlightBytes telemetry received but not yet in the journal; beyond it writes answer 429
   */
  public record Requests(
      int bodyBytes,
      int decompressedBytes,
      int receiveSeconds,
      int connections,
      long inFlightBytes) {}

  /**
   * Of names.
   *
   * @param runBytes of a run's name
   * @param bytes of a measurement, tag key, tag value or field key
   */
  public record Names(int runBytes, int bytes) {}

  /**
   * Of runs and their series.
   *
   * @param runs known at a time
   * @param perRun distinct series (measurement, tags, field) of one run
   * @param all of all runs together: what bounds the memory that detectors and names take
   */
  public record Series(int runs, int perRun, int all) {}

  /**
   * Of those who wait for news.
   *
   * @param live watching live at a time
   * @param polls waiting for commands at a time
   */
  public record Clients(int live, int polls) {}

  /**
   * Of the disk.
   *
   * @param journalBytes of the journal, which keeps what a store has not; beyond it writes answer
   *     503
   * @param freeBytes kept free for alarms and snapshots; writes answer 503 when less is left
   */
  public record Disk(long journalBytes, long freeBytes) {}

  static Limits read(Section section) {
    return new Limits(
        new Requests(
            (int) section.integer("body_bytes", 32 << 20, 1 << 10, 1 << 30),
            (int) section.integer("decompressed_bytes", 64 << 20, 1 << 10, 1 << 29),
            (int) section.integer("receive_seconds", 60, 1, 3600),
            (int) section.integer("connections", 10_000, 1, 1_000_000),
            section.integer("in_flight_bytes", 256 << 20, 1 << 20, 1L << 40)),
        new Names(
            (int) section.integer("run_name_bytes", 200, 1, 10_000),
            (int) section.integer("name_bytes", 1000, 16, 60_000)),
        new Series(
            (int) section.integer("runs", 10_000, 1, 10_000_000),
            (int) section.integer("series_per_run", 20_000, 1, 10_000_000),
            (int) section.integer("series", 1_000_000, 1, 100_000_000)),
        new Clients(
            (int) section.integer("live_clients", 200, 1, 100_000),
            (int) section.integer("polls", 10_000, 1, 1_000_000)),
        new Disk(
            section.integer("journal_bytes", 16L << 30, 1 << 20, 1L << 50),
            section.integer("free_disk_bytes", 256 << 20, 0, 1L << 50)));
  }
}
