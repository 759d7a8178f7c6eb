// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import io.foreshock.monitor.wire.RuleJson;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.telemetry.NameTable;
import java.nio.file.Path;
import java.util.List;

/**
 * All settings of a monitor. {@code docs/configuration.md} gives their meanings and defaults.
 *
 * @param data directory of journal, snapshots and store
 * @param names what the names in telemetry stand for
 * @param rules the user's own rules; more can be added while the monitor runs
 */
public record MonitorConfig(
    Access access,
    Path data,
    Limits limits,
    int journalSegmentBytes,
    int snapshotSeconds,
    int retentionRunsDays,
    StoreSettings store,
    DetectionSettings detection,
    PolicySettings policy,
    List<NotifierSettings> notifiers,
    IngestSettings ingest,
    PageSettings page,
    NameTable names,
    List<Rule> rules) {

  private static final int TOKEN_CHARACTERS = 8;

  /**
   * Where the monitor is reached, and by whom.
   *
   * @param host address to listen on; an address that is not loopback needs a token
   * @param port port to listen on; 0 = any free one
   * @param publicUrl URL of the dashboard for people, in messages; empty = host and port
   * @param tokens each of them opens the API; without tokens it is open, on loopback only
   */
  public record Access(String host, int port, String publicUrl, List<String> tokens) {}

  /**
   * Settings of the store, which keeps telemetry for reading.
   *
   * @param kind which stores there are
   * @param commitMillis how long rows are collected before they are committed
   * @param queueBytes memory for lines that wait for a store; further ones wait in the journal
   * @param retentionDays older rows are deleted; 0 = none are
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
      /** Both; reads use DuckDB. */
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
        section.problem("memory", "expected a size such as 512MB or 2GB");
      }
      return settings;
    }
  }

  static MonitorConfig read(Section section) {
    NameTable names = names(section);
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
        section.section("detection", DetectionSettings::read),
        section.section("policy", PolicySettings::read),
        section.sections("notifiers", NotifierSettings::read),
        section.section("ingest", IngestSettings::read),
        section.section("page", PageSettings::read),
        names,
        section.items("rules", rule -> RuleJson.read(rule, names)));
  }

  private static NameTable names(Section section) {
    try {
      return NameTable.shipped().with(section.mapping("names"));
    } catch (IllegalArgumentException e) {
      section.problem("names", String.valueOf(e.getMessage()));
      return NameTable.shipped();
    }
  }

  /** Refuses short tokens, which can be guessed. The message does not show the token. */
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

  /** Returns this configuration with another address to listen on. */
  public MonitorConfig listeningOn(String newHost, int newPort) {
    return with(new Access(newHost, newPort, access.publicUrl(), access.tokens()), data);
  }

  /** Returns this configuration with another data directory. */
  public MonitorConfig keepingDataIn(Path directory) {
    return with(access, directory);
  }

  private MonitorConfig with(Access newAccess, Path newData) {
    return new MonitorConfig(
        newAccess,
        newData,
        limits,
        journalSegmentBytes,
        snapshotSeconds,
        retentionRunsDays,
        store,
        detection,
        policy,
        notifiers,
        ingest,
        page,
        names,
        rules);
  }
}
