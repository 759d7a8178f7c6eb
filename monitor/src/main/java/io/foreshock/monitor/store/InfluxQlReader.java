// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.InfluxQLQuery;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.InfluxQLQueryResult;
import io.foreshock.predictors.telemetry.Measurement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads InfluxDB with InfluxQL, page by page in order of time, because the client holds an answer
 * as a whole.
 *
 * @param pageRows rows held at a time; must exceed the number of lines with the same time
 */
record InfluxQlReader(InfluxDBClient client, String database, int pageRows)
    implements InfluxReader {
  private static final Set<String> NUMBERS = Set.of("float", "integer", "unsigned", "boolean");

  @Override
  public void rows(SeriesQuery query, Consumer<Row> taker) {
    List<String> fields = numbers(query);
    if (fields.isEmpty() && !query.asksTime()) {
      return;
    }
    boolean known = Measurement.of(query.measurement()) != null;
    String select =
        "SELECT \"step\"::field"
            + fields.stream()
                .map(field -> ", " + name(field) + "::field")
                .collect(Collectors.joining())
            + (known ? ", \"layer\"::tag, \"head\"::tag, \"segment\"::tag" : ", *::tag")
            + " FROM "
            + name(InfluxLines.measurement(query.measurement()))
            + where(query);
    long from = Long.MIN_VALUE;
    List<InfluxQLQueryResult.Series.Record> page;
    do {
      String after = from == Long.MIN_VALUE ? "" : " AND time >= " + from;
      InfluxQLQueryResult.Series series = ask(select + after + " LIMIT " + pageRows);
      page = List.of();
      if (series != null) {
        page = series.getValues();
        for (InfluxQLQueryResult.Series.Record record : page) {
          row(record, series.getColumns(), fields, query.asksTime(), taker);
        }
      }
      long last = page.isEmpty() ? 0 : time(page.get(page.size() - 1));
      if (page.size() == pageRows && last == from) {
        throw new StoreException("more than " + pageRows + " lines at time " + last, null);
      }
      from = last; // the caller recognizes rows of that time that come twice
    } while (page.size() == pageRows);
  }

  @Override
  public List<String> alarms(String run) {
    return alarmsWhere("\"run\" = " + text(run));
  }

  @Override
  public List<String> closingAlarms(IncidentQuery query, int most) {
    StringBuilder where = new StringBuilder("\"state\" = 'closed'");
    where.append(" AND time >= ").append(query.sinceNanos());
    if (query.after() != null) {
      where.append(" AND time <= ").append(query.after().timeNanos());
    }
    if (query.atLeast() != null) {
      where.append(" AND ").append(anyOf("severity", query.severities()));
    }
    if (query.run() != null) {
      where.append(" AND \"run\" = ").append(text(query.run()));
    }
    if (query.kind() != null) {
      where.append(" AND \"kind\" = ").append(text(query.kind()));
    }
    return alarmsWhere(where + " ORDER BY time DESC LIMIT " + most);
  }

  @Override
  public List<String> openingAlarms(Collection<String> incidents) {
    return alarmsWhere("\"state\" = 'open' AND " + anyOf("incident", incidents));
  }

  private static String anyOf(String tag, Collection<String> values) {
    return values.stream()
        .map(value -> name(tag) + " = " + text(value))
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  private List<String> alarmsWhere(String where) {
    InfluxQLQueryResult.Series series = ask("SELECT \"json\"::field FROM \"alarm\" WHERE " + where);
    List<String> alarms = new ArrayList<>();
    if (series != null) {
      series.getValues().forEach(record -> alarms.add(value(record, "json")));
    }
    return alarms;
  }

  @Override
  public List<StoredLine> lines(String run, String measurement, int most) {
    InfluxQLQueryResult.Series series =
        ask(
            "SELECT * FROM "
                + name(InfluxLines.measurement(measurement))
                + " WHERE \"run\" = "
                + text(run)
                + " ORDER BY time DESC LIMIT "
                + most);
    List<StoredLine> lines = new ArrayList<>();
    if (series != null) {
      for (InfluxQLQueryResult.Series.Record record : series.getValues()) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String column : series.getColumns().keySet()) {
          String value = value(record, column);
          if (!value.isEmpty() && !InfluxStore.OWN_COLUMNS.contains(column)) {
            values.put(column, value);
          }
        }
        String step = value(record, "step");
        lines.add(
            new StoredLine(
                time(record),
                step.isEmpty() ? 0 : (long) Double.parseDouble(step),
                InfluxStore.segment(value(record, "segment")),
                values));
      }
    }
    Collections.reverse(lines);
    return lines;
  }

  /** The requested fields that are numbers. */
  private List<String> numbers(SeriesQuery query) {
    InfluxQLQueryResult.Series keys =
        ask("SHOW FIELD KEYS FROM " + name(InfluxLines.measurement(query.measurement())));
    List<String> numbers = new ArrayList<>();
    for (InfluxQLQueryResult.Series.Record record :
        keys == null ? List.<InfluxQLQueryResult.Series.Record>of() : keys.getValues()) {
      String field = value(record, "fieldKey");
      if (NUMBERS.contains(value(record, "fieldType"))
          && InfluxStore.isSeries(query, field)
          && (query.fields().isEmpty() || query.fields().contains(field))) {
        numbers.add(field);
      }
    }
    return numbers;
  }

  private static void row(
      InfluxQLQueryResult.Series.Record record,
      Map<String, Integer> columns,
      List<String> fields,
      boolean timeAlone,
      Consumer<Row> taker) {
    String step = value(record, "step");
    Map<String, Double> values = new HashMap<>();
    for (String field : fields) {
      String text = value(record, field);
      if (!text.isEmpty()) {
        values.put(field, number(text));
      }
    }
    if (step.isEmpty() || values.isEmpty() && !timeAlone) {
      return;
    }
    Map<String, String> identity = new LinkedHashMap<>();
    for (String column : columns.keySet()) {
      if (!fields.contains(column) && !InfluxStore.OWN_COLUMNS.contains(column)) {
        identity.put(column, value(record, column));
      }
    }
    String layer = value(record, "layer");
    taker.accept(
        new Row(
            time(record),
            Long.parseLong(step),
            layer.isEmpty() ? null : layer,
            InfluxStore.segment(value(record, "segment")),
            identity,
            values));
  }

  private static String where(SeriesQuery query) {
    StringBuilder where = new StringBuilder(" WHERE \"run\" = ").append(text(query.run()));
    if (query.layer() != null) {
      where.append(" AND \"layer\" = ").append(text(query.layer()));
    }
    if (query.head() != null && query.measurement().equals("train_layer")) {
      where.append(" AND \"head\" = ").append(text(query.head().toString()));
    }
    if (query.segment() != null) {
      where.append(" AND \"segment\" = ").append(text(query.segment().toString()));
    }
    if (query.fromStep() > 0) {
      where.append(" AND \"step\" >= ").append(query.fromStep());
    }
    if (query.toStep() < Long.MAX_VALUE) {
      where.append(" AND \"step\" <= ").append(query.toStep());
    }
    return where.toString();
  }

  /** The one series of an answer; null when it is empty. */
  private InfluxQLQueryResult.@Nullable Series ask(String query) {
    try {
      InfluxQLQueryResult result =
          client
              .getInfluxQLQueryApi()
              .queryCSV(
                  new InfluxQLQuery(query, database)
                      .setPrecision(InfluxQLQuery.InfluxQLPrecision.NANOSECONDS));
      return result.getResults().isEmpty() || result.getResults().get(0).getSeries().isEmpty()
          ? null
          : result.getResults().get(0).getSeries().get(0);
    } catch (InfluxException e) {
      throw new StoreException("InfluxDB cannot be read: " + e.getMessage(), e);
    }
  }

  private static String value(InfluxQLQueryResult.Series.Record record, String column) {
    Object value = record.getValueByKey(column);
    return value == null ? "" : value.toString();
  }

  private static long time(InfluxQLQueryResult.Series.Record record) {
    return Long.parseLong(value(record, "time"));
  }

  private static double number(String text) {
    return switch (text) {
      case "true" -> 1;
      case "false" -> 0;
      default -> Double.parseDouble(text);
    };
  }

  /** A measurement, tag or field in a query. */
  static String name(String name) {
    return '"' + escape(InfluxLines.stored(name)).replace("\"", "\\\"") + '"';
  }

  /** A tag's value in a query. */
  static String text(String value) {
    return '\'' + escape(InfluxLines.stored(value)).replace("'", "\\'") + '\'';
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }
}
