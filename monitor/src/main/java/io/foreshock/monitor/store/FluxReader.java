// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.query.FluxRecord;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.Measurement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads InfluxDB with Flux; the client passes rows on as they arrive. */
record FluxReader(InfluxDBClient client, String bucket) implements InfluxReader {
  private static final long MAX_SECONDS = 120;

  /** All times that InfluxDB can hold; without a stop it would be the time of its own clock. */
  private static final String EARLIEST = "1677-09-22T00:00:00Z";

  private static final String LATEST = "2262-04-11T00:00:00Z";

  @Override
  public void rows(SeriesQuery query, Consumer<Row> taker) {
    ask(series(bucket, query), record -> row(query, record, taker));
  }

  @Override
  public List<String> alarms(String run) {
    List<String> alarms = new ArrayList<>();
    ask(alarms(bucket, run), record -> alarms.add(String.valueOf(record.getValue())));
    return alarms;
  }

  @Override
  public List<String> closingAlarms(IncidentQuery query, int most) {
    List<String> alarms = new ArrayList<>();
    ask(closing(bucket, query, most), record -> alarms.add(String.valueOf(record.getValue())));
    return alarms;
  }

  @Override
  public List<String> openingAlarms(Collection<String> incidents) {
    List<String> alarms = new ArrayList<>();
    ask(opening(bucket, incidents), record -> alarms.add(String.valueOf(record.getValue())));
    return alarms;
  }

  @Override
  public List<StoredLine> lines(String run, String measurement, int most) {
    List<StoredLine> lines = new ArrayList<>();
    ask(lines(bucket, run, measurement, most), record -> line(record).ifPresent(lines::add));
    return lines;
  }

  /** The Flux query for the newest lines of a measurement. */
  static String lines(String bucket, String run, String measurement, int most) {
    return """
        %s  |> drop(columns: ["_start", "_stop", "_measurement"])
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
          |> group()
          |> sort(columns: ["_time"])
          |> tail(n: %d)
        """
        .formatted(from(bucket, measurement, run), most);
  }

  private static Optional<StoredLine> line(FluxRecord record) {
    Instant time = record.getTime();
    if (time == null) {
      return Optional.empty();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    record
        .getValues()
        .forEach(
            (name, value) -> {
              if (value != null && !InfluxStore.OWN_COLUMNS.contains(name)) {
                values.put(name, value);
              }
            });
    long step = record.getValueByKey("step") instanceof Number number ? number.longValue() : 0;
    long nanos = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    int segment = InfluxStore.segment(text(record, "segment"));
    return Optional.of(new StoredLine(nanos, step, segment, values));
  }

  /** The Flux query for a series query: one row per line, in order of time. */
  static String series(String bucket, SeriesQuery query) {
    StringBuilder flux = new StringBuilder(from(bucket, query.measurement(), query.run()));
    if (query.layer() != null) {
      flux.append(where("r.layer == " + text(query.layer())));
    }
    if (query.head() != null && query.measurement().equals("train_layer")) {
      flux.append(where("r.head == " + text(query.head().toString())));
    }
    if (query.segment() != null) {
      flux.append(where("r.segment == " + text(query.segment().toString())));
    }
    if (!query.fields().isEmpty()) {
      flux.append(
          where(
              query.fields().stream()
                  .map(field -> " or r._field == " + text(field))
                  .collect(Collectors.joining("", "r._field == \"step\"", ""))));
    }
    return """
        %s  |> drop(columns: ["_start", "_stop", "_measurement"])
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
        %s  |> group()
          |> sort(columns: ["_time"])
        """
        .formatted(
            flux,
            where(
                "exists r.step and r.step >= %d and r.step <= %d"
                    .formatted(query.fromStep(), query.toStep())));
  }

  /** The Flux query for a run's alarms. */
  static String alarms(String bucket, String run) {
    return from(bucket, null, run)
        + where("r._field == \"json\"")
        + "  |> group()\n  |> sort(columns: [\"_time\"])\n";
  }

  /** The Flux query for the closing alarms of incidents over all runs. */
  static String closing(String bucket, IncidentQuery query, int most) {
    IncidentPlace after = query.after();
    StringBuilder flux =
        new StringBuilder(
            allAlarms(
                bucket,
                query.sinceNanos() > 0 ? Json.time(query.sinceNanos()) : EARLIEST,
                after == null ? LATEST : Json.time(after.timeNanos() + 1)));
    flux.append(where("r.state == \"closed\""));
    if (query.atLeast() != null) {
      flux.append(where(anyOf("severity", query.severities())));
    }
    if (query.run() != null) {
      flux.append(where("r.run == " + text(query.run())));
    }
    if (query.kind() != null) {
      flux.append(where("r.kind == " + text(query.kind())));
    }
    return flux
        + "  |> group()\n  |> sort(columns: [\"_time\"], desc: true)\n  |> limit(n: "
        + most
        + ")\n";
  }

  /** The Flux query for the opening alarms of incidents. */
  static String opening(String bucket, Collection<String> incidents) {
    return allAlarms(bucket, EARLIEST, LATEST)
        + where("r.state == \"open\"")
        + where(anyOf("incident", incidents))
        + "  |> group()\n";
  }

  private static String allAlarms(String bucket, String start, String stop) {
    return "from(bucket: %s)\n  |> range(start: %s, stop: %s)\n"
            .formatted(text(bucket), start, stop)
        + where("r._measurement == " + text(InfluxLines.ALARM) + " and r._field == \"json\"");
  }

  private static String anyOf(String tag, Collection<String> values) {
    return values.stream()
        .map(value -> "r." + tag + " == " + text(value))
        .collect(Collectors.joining(" or "));
  }

  private static String from(String bucket, @Nullable String measurement, String run) {
    String name = measurement == null ? InfluxLines.ALARM : InfluxLines.measurement(measurement);
    return "from(bucket: %s)\n".formatted(text(bucket))
        + "  |> range(start: "
        + EARLIEST
        + ", stop: "
        + LATEST
        + ")\n"
        + where("r._measurement == " + text(name) + " and r.run == " + text(run));
  }

  private static String where(String condition) {
    return "  |> filter(fn: (r) => " + condition + ")\n";
  }

  /** A Flux string; {@code ${} in it would begin an expression. */
  private static String text(String value) {
    return '"'
        + InfluxLines.stored(value)
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("${", "\\${")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        + '"';
  }

  private static void row(SeriesQuery query, FluxRecord record, Consumer<Row> taker) {
    boolean known = Measurement.of(query.measurement()) != null;
    Map<String, Double> values = new HashMap<>();
    Map<String, String> identity = new LinkedHashMap<>();
    for (Map.Entry<String, Object> column : record.getValues().entrySet()) {
      String name = column.getKey();
      Object value = column.getValue();
      if (InfluxStore.OWN_COLUMNS.contains(name) || value == null) {
        continue;
      }
      if (value instanceof String text) {
        if (!known || name.equals("head")) {
          identity.put(name, text);
        }
      } else if (InfluxStore.isSeries(query, name)) {
        values.put(name, value instanceof Boolean flag ? flag ? 1 : 0 : number(value));
      }
    }
    Instant time = record.getTime();
    if (time != null
        && record.getValueByKey("step") instanceof Number step
        && (!values.isEmpty() || query.asksTime())) {
      taker.accept(
          new Row(
              TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano(),
              step.longValue(),
              text(record, "layer"),
              InfluxStore.segment(text(record, "segment")),
              identity,
              values));
    }
  }

  private static double number(Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static @Nullable String text(FluxRecord record, String column) {
    return record.getValueByKey(column) instanceof String text ? text : null;
  }

  private void ask(String query, Consumer<FluxRecord> taker) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    client
        .getQueryApi()
        .query(
            query,
            (cancellable, record) -> {
              try {
                taker.accept(record);
              } catch (RuntimeException e) {
                cancellable.cancel();
                done.completeExceptionally(e);
              }
              if (done.isDone()) {
                cancellable.cancel();
              }
            },
            done::completeExceptionally,
            () -> done.complete(null));
    try {
      done.get(MAX_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StoreException("InfluxDB cannot be read: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      done.cancel(false);
      throw new StoreException("InfluxDB did not answer within " + MAX_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted", e);
    }
  }
}
