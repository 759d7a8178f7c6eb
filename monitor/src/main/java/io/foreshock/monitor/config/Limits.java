// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

/** Limits on what senders and clients can use. */
public record Limits(Requests requests, Names names, Series series, Clients clients, Disk disk) {
  /**
   * Limits of requests.
   *
   * @param bodyBytes longest body of a request, as received
   * @param decompressedBytes longest body of a write, decompressed
   * @param receiveSeconds time for a connection's first request head, and for any body
   * @param connections most open connections; further ones are closed at once
   * @param inFlightBytes telemetry received but not yet in the journal; beyond it writes answer 429
   */
  public record Requests(
      int bodyBytes,
      int decompressedBytes,
      int receiveSeconds,
      int connections,
      long inFlightBytes) {}

  /**
   * Limits of names.
   *
   * @param runBytes longest run name
   * @param bytes longest measurement, tag key, tag value or field key
   */
  public record Names(int runBytes, int bytes) {}

  /**
   * Limits of runs and their series.
   *
   * @param runs most known runs
   * @param perRun distinct series (measurement, tags, field) of one run
   * @param all series of all runs; bounds the memory of detectors and names
   */
  public record Series(int runs, int perRun, int all) {}

  /**
   * Limits of clients that wait.
   *
   * @param live most clients of live streams
   * @param polls most clients that wait for commands
   */
  public record Clients(int live, int polls) {}

  /**
   * Limits of the disk.
   *
   * @param journalBytes size of the journal, which keeps lines until they are stored; beyond it
   *     writes answer 503
   * @param freeBytes disk kept free for alarms and snapshots; writes answer 503 when less is free
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
