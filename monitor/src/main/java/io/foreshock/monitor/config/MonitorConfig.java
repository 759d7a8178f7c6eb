// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import io.foreshock.predictors.online.RunWatch;
import java.nio.file.Path;
import java.util.List;

/**
 * All settings of a monitor; what each means and its default is in {@code docs/configuration.md}.
 *
 * @param data directory of journal, snapshots and store
 */
public record MonitorConfig(
    Access access,
    Path data,
    Limits limits,
    int journalSegmentBytes,
    int snapshotSeconds,
    int retentionRunsDays,
    StoreSettings store,
    int horizonSteps,
    PolicySettings policy,
    List<NotifierSettings> notifiers) {

  private static final int TOKEN_CHARACTERS = 8;

  /**
   * Where the monitor is reached, and by whom.
   *
   * @param host address to listen on; a non-loopback one needs a token
   * @param port 0 = any free one
   * @param publicUrl where people reach the dashboard, for links in messages; empty = host and port
   * @param tokens any of them opens the API; none = open, on loopback only
   */
  public record Access(String host, int port, String publicUrl, List<String> tokens) {}

  /**
   * Where telemetry is kept for reading.
   *
   * @param kind which stores there are
   * @param commitMillis rows are collected this long before they are committed
   * @param queueBytes memory for lines that wait for a store; further ones wait in the journal
   * @param retentionDays what is older is deleted; 0 = nothing is
   * @param memory DuckDB's memory limit
   */
  public record StoreSettings(
      Kind kind,
      int commitMillis,
      long queueBytes,
      int retentionDays,
      String memory,
      InfluxSettings influxdb) {

    /** Which stores there are. */
    public enum Kind {
      DUCKDB,
      INFLUXDB,
      /** Both; DuckDB is read from. */
      BOTH
    }

    static StoreSettings read(Section section) {
      StoreSettings settings =
          new StoreSettings(
              section.choice("kind", Kind.DUCKDB),
              (int) section.integer("commit_milliseconds", 250, 1, 60_000),
              section.integer("queue_bytes", 256 << 20, 1 << 16, 1L << 40),
              (int) section.integer("retention_days", 0, 0, 20_000),
              section.text("memory", "1GB"),
              section.section("influxdb", InfluxSettings::read));
      if (!settings.memory.matches("[0-9]+(KB|MB|GB|KiB|MiB|GiB)")) {
        section.problem("memory", "expected a size like 512MB or 2GB");
      }
      return settings;
    }
  }

  static MonitorConfig read(Section section) {
    return new MonitorConfig(
        new Access(
            section.text("host", "127.0.0.1"),
            (int) section.integer("port", 8087, 0, 65_535),
            section.text("public_url", ""),
            tokens(section)),
        Path.of(section.text("data", "foreshock-data")),
        section.section("limits", Limits::read),
        section.section(
            "journal", j -> (int) j.integer("segment_bytes", 64 << 20, 1 << 16, 1 << 29)),
        section.section("snapshots", s -> (int) s.integer("every_seconds", 30, 1, 86_400)),
        section.section("retention", r -> (int) r.integer("runs_days", 90, 0, 36_500)),
        section.section("store", "kind", StoreSettings::read),
        section.section(
            "detection",
            d -> (int) d.integer("horizon_steps", RunWatch.DEFAULT_HORIZON_STEPS, 1, 1_000_000)),
        section.section("policy", PolicySettings::read),
        section.sections("notifiers", NotifierSettings::read));
  }

  /** A short token can be guessed, an empty one lets everyone in. It is not shown: a secret. */
  private static List<String> tokens(Section section) {
    List<String> tokens = section.texts("tokens");
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).strip().length() < TOKEN_CHARACTERS) {
        section.problem(
            "tokens[" + i + "]",
            "expected at least "
                + TOKEN_CHARACTERS
                + " characters; `openssl rand -hex 16` makes a good one");
      }
    }
    return tokens;
  }

  /** This configuration listening elsewhere. */
  public MonitorConfig listeningOn(String newHost, int newPort) {
    return new MonitorConfig(
        new Access(newHost, newPort, access.publicUrl(), access.tokens()),
        data,
        limits,
        journalSegmentBytes,
        snapshotSeconds,
        retentionRunsDays,
        store,
        horizonSteps,
        policy,
        notifiers);
  }

  /** This configuration with its data elsewhere. */
  public MonitorConfig keepingDataIn(Path directory) {
    return new MonitorConfig(
        access,
        directory,
        limits,
        journalSegmentBytes,
        snapshotSeconds,
        retentionRunsDays,
        store,
        horizonSteps,
        policy,
        notifiers);
  }
}
