// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a run that an export writes.
 *
 * <p>Parquet and CSV: the table is long, one row a value, the same columns for every run, so that
 * files of several runs can be read as one table. Line protocol: {@link ExportedLines}.
 *
 * <pre>
 *   measurement  VARCHAR       train_step, train_layer, evaluation, run_config, …
 *   field        VARCHAR       loss, grad_norm, …
 *   layer        VARCHAR       null where the line had none
 *   head         INTEGER       attention head; null where the line had none
 *   tags         VARCHAR       other tags as key=value,…; null where the line had none
 *   segment      INTEGER       from 0
 *   step         BIGINT
 *   time         TIMESTAMP_NS  UTC; ISO 8601 in CSV
 *   value        DOUBLE        null where the value is a text
 *   text         VARCHAR       null where the value is a number
 * </pre>
 *
 * <p>Rows of one field of the steps or layers lie together, which makes files small and one field
 * quick to read. Within a field they are in the order in which they were stored: mostly that of
 * their steps, but not where lines came late or many at once. Sorting here would write a long run
 * to the disk several times.
 *
 * @param measurement only this one; null = all
 * @param fields only these; empty = all
 */
public record ExportQuery(
    String run, Format format, @Nullable String measurement, List<String> fields) {

  /** The format of the file. */
  public enum Format {
    PARQUET(
        "application/vnd.apache.parquet", "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"),
    CSV("text/csv; charset=utf-8", "FORMAT csv, HEADER, USE_TMP_FILE false"),
    /** Line protocol: what the monitor takes, and what {@code replay} reads. */
    LP(
        "text/plain; charset=utf-8",
        "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', USE_TMP_FILE false");

    private final String contentType;
    private final String options;

    Format(String contentType, String options) {
      this.contentType = contentType;
      this.options = options;
    }

    /** The format of that name. */
    public static Format of(String name) {
      return Arrays.stream(values())
          .filter(format -> format.suffix().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "format = '" + name + "': expected parquet, csv or lp"));
    }

    /** Its name, and the end of a file's name. */
    public String suffix() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The media type of the file. */
    public String contentType() {
      return contentType;
    }

    private String time() {
      String time = "make_timestamp_ns(t.time)";
      return this == CSV ? "replace(" + time + "::VARCHAR, ' ', 'T') || 'Z'" : time;
    }
  }

  /** The statement that writes the file. Texts are in it as numbers, or quoted. */
  String sql(Dictionary dictionary, Path target) {
    int id = dictionary.find(run);
    List<String> selects = new ArrayList<>();
    if (format == Format.LP) {
      return "COPY (%s) TO %s (%s)"
          .formatted(
              new ExportedLines(this).sql(dictionary), quoted(target.toString()), format.options);
    }
    for (Measurement wide : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      if (measurement == null || measurement.equals(wide.wireName())) {
        Schema.valueColumns(wide).stream()
            .filter(column -> fields.isEmpty() || fields.contains(column))
            .forEach(column -> selects.add(wide(wide, column, id)));
      }
    }
    selects.add(narrow(dictionary, id));
    return "COPY (%s) TO %s (%s)"
        .formatted(String.join(" UNION ALL ", selects), quoted(target.toString()), format.options);
  }

  private String wide(Measurement wide, String column, int id) {
    return """
        SELECT '%1$s' AS measurement, '%2$s' AS field, nullif(l.name, '') AS layer,
          nullif(t.head, -1) AS head, NULL::VARCHAR AS tags, t.segment, t.step, %3$s AS time,
          t.%2$s::DOUBLE AS value, NULL::VARCHAR AS text
        FROM %4$s t LEFT JOIN names l ON l.id = t.layer
        WHERE t.run = %5$d AND t.%2$s IS NOT NULL"""
        .formatted(wide.wireName(), column, format.time(), Schema.wideTable(wide), id);
  }

  private String narrow(Dictionary dictionary, int id) {
    String where =
        narrowWhere(dictionary, id) + " AND t.field <> " + dictionary.find(Telemetry.STEP);
    return """
        SELECT m.name AS measurement, f.name AS field, nullif(l.name, '') AS layer,
          NULL::INTEGER AS head, nullif(g.name, '') AS tags, t.segment, t.step, %s AS time,
          t.number AS value, t.text
        FROM field_rows t JOIN names m ON m.id = t.measurement JOIN names f ON f.id = t.field
          LEFT JOIN names l ON l.id = t.layer LEFT JOIN names g ON g.id = t.tags
        WHERE %s"""
        .formatted(format.time(), where);
  }

  /** The condition on the rows of fields that no signal's column holds. */
  String narrowWhere(Dictionary dictionary, int id) {
    String where = "t.run = " + id;
    if (measurement != null) {
      where += " AND t.measurement = " + dictionary.find(measurement);
    }
    if (!fields.isEmpty()) {
      where +=
          fields.stream()
              .map(field -> String.valueOf(dictionary.find(field)))
              .collect(Collectors.joining(", ", " AND t.field IN (", ")"));
    }
    return where;
  }

  static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
