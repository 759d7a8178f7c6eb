// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import io.foreshock.monitor.config.InfluxSettings;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Telemetry in an InfluxDB, which may be on another machine and unreachable at times.
 *
 * <p>Writes are line protocol in requests of at most {@value #REQUEST_LINES} lines. Repeating them
 * changes nothing, so {@link #appliedSequence} may be saved after them.
 *
 * <p><b>Answers.</b> After 429, 5xx and a broken connection the request is repeated, with respect
 * to {@code Retry-After}. After 401, 403 and 404 it is repeated in half a minute, because a person
 * must correct something. Lines that InfluxDB refuses for good (400, 422: another type, outside its
 * retention) are counted, and the first is logged. InfluxDB 2 refuses a request as a whole, so the
 * other lines in it are written without them.
 */
public final class InfluxStore implements TelemetryStore {
  private static final Logger LOG = LoggerFactory.getLogger(InfluxStore.class);

  /** Columns of an answer that are no value and do not distinguish lines. */
  static final Set<String> OWN_COLUMNS =
      Set.of("time", "_time", "result", "table", "run", "segment", "layer", "step");

  /** The client's logger, which warns of every empty answer. Held, otherwise its level is lost. */
  private static final java.util.logging.Logger CLIENT_LOG =
      java.util.logging.Logger.getLogger("com.influxdb.internal");

  static {
    CLIENT_LOG.setLevel(Level.SEVERE);
  }

  private static final List<String> SIGNAL_MEASUREMENTS =
      List.of(
          Measurement.TRAIN_STEP.wireName(),
          Measurement.TRAIN_LAYER.wireName(),
          Telemetry.EVALUATION);

  private static final int REQUEST_LINES = 5000;
  private static final int PAGE_ROWS = 50_000;
  private static final long MAX_ROWS = 20_000_000;

  /** Rows read beyond a page of alarms, for those of one time or of several severities. */
  private static final int MORE_ROWS = 64;

  private static final long MEND_MILLIS = 30_000;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /** Time for a request and its whole answer, which may be slow; a Flux query has two minutes. */
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(3);

  private static final Pattern DROPPED = Pattern.compile("dropped=([0-9]+)");

  private final InfluxDBClient client;
  private final InfluxReader reader;
  private final InfluxDeletion deletion;
  private final InfluxBucket bucket;
  private final InfluxProgress progress;
  private volatile long applied;
  private volatile long refused;

  InfluxStore(InfluxSettings settings, int retentionDays, Path file, int pageRows) {
    this.client =
        InfluxDBClientFactory.create(
                InfluxDBClientOptions.builder()
                    .url(settings.url())
                    .org(settings.org())
                    .bucket(settings.bucket())
                    .authenticateToken(settings.token().toCharArray())
                    .okHttpClient(
                        new OkHttpClient.Builder()
                            .addInterceptor(new InfluxAnswers())
                            .callTimeout(CALL_TIMEOUT)
                            .connectTimeout(CONNECT_TIMEOUT)
                            .readTimeout(ANSWER_TIMEOUT)
                            .writeTimeout(ANSWER_TIMEOUT))
                    .build())
            .enableGzip();
    this.reader =
        settings.query() == InfluxSettings.Query.FLUX
            ? new FluxReader(client, settings.bucket())
            : new InfluxQlReader(client, settings.bucket(), pageRows);
    this.deletion = new InfluxDeletion(client, settings);
    this.bucket = new InfluxBucket(client, settings, retentionDays);
    this.progress = new InfluxProgress(file, settings.toString());
    this.applied = progress.read();
  }

  /**
   * Creates a store; the InfluxDB need not be reachable yet.
   *
   * @param retentionDays retention of the bucket if it must be created; 0 = for ever
   * @param progress file that keeps the newest stored entry
   */
  public static InfluxStore open(InfluxSettings settings, int retentionDays, Path progress) {
    return new InfluxStore(settings, retentionDays, progress, PAGE_ROWS);
  }

  @Override
  public long appliedSequence() {
    return applied;
  }

  @Override
  public void write(List<StoreBatch> batches, List<StoredAlarm> alarms, long newApplied) {
    bucket.prepare();
    List<String> request = new ArrayList<>(REQUEST_LINES);
    InfluxLines lines =
        new InfluxLines(
            line -> {
              request.add(line);
              if (request.size() == REQUEST_LINES) {
                send(request);
                request.clear();
              }
            });
    batches.forEach(lines::batch);
    alarms.forEach(lines::alarm);
    send(request);
    stored(newApplied);
  }

  @Override
  public void delete(String run, long newApplied) {
    bucket.prepare();
    try {
      deletion.delete(run);
    } catch (InfluxException e) {
      throw failed(e, "delete");
    }
    stored(newApplied);
  }

  private void stored(long newApplied) {
    try {
      progress.write(newApplied);
    } catch (IOException e) {
      throw new StoreException("the progress file cannot be written: " + e, e);
    }
    applied = newApplied;
  }

  @Override
  public List<Series> series(SeriesQuery query) {
    StepBuckets buckets = new StepBuckets(query.buckets());
    LinesOnce once = new LinesOnce();
    rows(
        query,
        row -> {
          Map<String, Double> values = row.values();
          if (query.asksTime()) {
            values = new HashMap<>(values);
            values.put(SeriesQuery.TIME, row.timeNanos() / 1e9);
          }
          values.forEach(
              (field, value) -> {
                if (once.isNew(row, field)) {
                  buckets.add(field, row.layer(), row.segment(), row.step(), value);
                }
              });
        });
    return buckets.series();
  }

  private void rows(SeriesQuery query, Consumer<InfluxReader.Row> taker) {
    long[] rows = new long[1];
    reader.rows(
        query,
        row -> {
          if (++rows[0] > MAX_ROWS) {
            throw new StoreException(
                "more than " + MAX_ROWS + " lines: narrow the query by fields, layer, from, to",
                null);
          }
          taker.accept(row);
        });
  }

  /** Reads all lines of steps, layers and evaluations; other measurements are not known here. */
  @Override
  public List<StoredSignal> signals(String run) {
    List<StoredSignal> signals = new ArrayList<>();
    for (String measurement : SIGNAL_MEASUREMENTS) {
      SignalsSeen seen = new SignalsSeen(measurement);
      rows(SeriesQuery.all(run, measurement), seen::add);
      signals.addAll(seen.signals());
    }
    return signals;
  }

  @Override
  public List<StoredLine> lines(String run, String measurement) {
    return reader.lines(run, measurement, MOST_LINES);
  }

  @Override
  public List<String> alarms(String run) {
    // in InfluxDB an alarm has one line for each of its severities
    Map<StoredAlarm, StoredAlarm> alarms = new HashMap<>();
    reader.alarms(run).forEach(line -> StoredAlarm.put(alarms, StoredAlarm.read(line)));
    return alarms.values().stream()
        .sorted(
            Comparator.comparing(
                StoredAlarm::alarm,
                Comparator.comparingLong(RaisedAlarm::timeNanos)
                    .thenComparing(RaisedAlarm::step)
                    .thenComparing(RaisedAlarm::state)))
        .map(StoredAlarm::line)
        .toList();
  }

  @Override
  public List<StoredIncident> closedIncidents(IncidentQuery query) {
    for (int rows = query.limit() + MORE_ROWS; ; rows *= 4) {
      List<String> lines = reader.closingAlarms(query, rows);
      // the answer may have cut between alarms of one time, so the last time is not used
      long through = lines.size() < rows ? Long.MIN_VALUE : time(lines.get(rows - 1)) + 1;
      Map<StoredAlarm, StoredAlarm> alarms = new HashMap<>();
      lines.forEach(line -> StoredAlarm.put(alarms, StoredAlarm.read(line)));
      List<RaisedAlarm> closing =
          alarms.values().stream()
              .map(StoredAlarm::alarm)
              .filter(alarm -> alarm.timeNanos() >= through && query.matches(alarm))
              .sorted(Comparator.comparing(StoredIncident::place))
              .limit(query.limit())
              .toList();
      if (closing.size() == query.limit() || lines.size() < rows) {
        return withOpening(closing);
      }
    }
  }

  private List<StoredIncident> withOpening(List<RaisedAlarm> closing) {
    if (closing.isEmpty()) {
      return List.of();
    }
    Map<String, Long> opened = new HashMap<>();
    reader.openingAlarms(closing.stream().map(RaisedAlarm::incident).toList()).stream()
        .map(line -> StoredAlarm.read(line).alarm())
        .forEach(alarm -> opened.merge(alarm.incident(), alarm.timeNanos(), Math::min));
    return closing.stream()
        .map(alarm -> new StoredIncident(alarm, opened.get(alarm.incident())))
        .toList();
  }

  private static long time(String line) {
    return StoredAlarm.read(line).alarm().timeNanos();
  }

  /** Does nothing, because InfluxDB deletes by its own retention. */
  @Override
  public boolean tidy(long beforeNanos) {
    return false;
  }

  @Override
  public long refusedLines() {
    return refused;
  }

  @Override
  public void close() {
    client.close();
  }

  /**
   * Whether a numeric field is returned: {@code step} never is, and {@code nonfinite} only when
   * requested by name.
   */
  static boolean isSeries(SeriesQuery query, String field) {
    boolean isCount = field.equals("nonfinite") && Measurement.of(query.measurement()) != null;
    return !field.equals("step")
        && !(field.equals(SeriesQuery.TIME) && query.asksTime())
        && (!isCount || query.fields().contains(field));
  }

  /** The segment in a tag; 0 when the sender of an unknown measurement wrote no number there. */
  static int segment(@Nullable String tag) {
    return tag != null && tag.matches("[0-9]{1,9}") ? Integer.parseInt(tag) : 0;
  }

  private void send(List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    try {
      client.getWriteApiBlocking().writeRecords(WritePrecision.NS, lines);
    } catch (InfluxException e) {
      switch (e.status()) {
        case 400, 413, 422 -> refuse(lines, e);
        default -> throw failed(e, "write");
      }
    }
  }

  private StoreException failed(InfluxException e, String what) {
    return switch (e.status()) {
      case 401, 403 ->
          new StoreException(
              "InfluxDB does not allow this token to %s (store.influxdb.token): %s"
                  .formatted(what, e.getMessage()),
              e,
              MEND_MILLIS);
      case 404 -> {
        bucket.missing();
        yield new StoreException(
            "InfluxDB does not have this organization or bucket (store.influxdb.org, .bucket): "
                + e.getMessage(),
            e,
            MEND_MILLIS);
      }
      default -> new StoreException("InfluxDB: " + e.getMessage(), e, retryAfter(e));
    };
  }

  /** Handles a refused request: halves it until only the refused lines are left out. */
  private void refuse(List<String> lines, InfluxException cause) {
    String message = String.valueOf(cause.getMessage());
    boolean whole = cause.status() != 422 && !message.contains("partial write");
    if (whole && lines.size() > 1) {
      send(lines.subList(0, lines.size() / 2));
      send(lines.subList(lines.size() / 2, lines.size()));
      return;
    }
    if (refused == 0) {
      LOG.warn("store influxdb: lines are refused for good; further ones are only counted", cause);
    }
    Matcher dropped = DROPPED.matcher(message);
    refused = refused + (dropped.find() ? Math.max(1, Long.parseLong(dropped.group(1))) : 1);
  }

  private static long retryAfter(InfluxException e) {
    for (Map.Entry<String, String> header : e.headers().entrySet()) {
      if (header.getKey().toLowerCase(Locale.ROOT).equals("retry-after")
          && header.getValue().matches("[0-9]{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(header.getValue())).toMillis();
      }
    }
    return 0;
  }
}
