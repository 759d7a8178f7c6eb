// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The lines of a run as line protocol, in the order of their times, so that {@code replay} judges
 * them as the monitor did.
 *
 * <p><b>Edges.</b> Numbers that no signal's column holds are written as floats, because the store
 * has no other, and truth values as 0 or 1, except for settings of the contract. Tags come after
 * run, segment, layer and head. A line of a step that had fields of both kinds becomes two lines.
 *
 * <p><b>Cost.</b> DuckDB sorts the lines, on disk where they do not fit into its memory.
 */
record ExportedLines(ExportQuery query) {
  private static final String INTEGER = "::BIGINT || 'i'";

  /** The statement whose only column is the line. */
  String sql(Dictionary dictionary) {
    int id = dictionary.find(query.run());
    List<String> selects = new ArrayList<>();
    for (Measurement wide : List.of(Measurement.TRAIN_STEP, Measurement.TRAIN_LAYER)) {
      if (query.measurement() == null || query.measurement().equals(wide.wireName())) {
        selects.add(wide(wide, dictionary, id));
      }
    }
    selects.add(narrow(dictionary, id));
    return "SELECT line FROM (%s) ORDER BY time, step, part, line"
        .formatted(String.join(" UNION ALL ", selects));
  }

  private String wide(Measurement wide, Dictionary dictionary, int id) {
    List<Signal> signals =
        Arrays.stream(WideRows.signalsOf(wide))
            .filter(s -> query.fields().isEmpty() || query.fields().contains(s.wireName()))
            .toList();
    String values =
        signals.stream()
            .map(
                signal ->
                    "coalesce(',%1$s=' || t.%1$s%2$s, '')"
                        .formatted(signal.wireName(), signal.integer() ? INTEGER : ""))
            .collect(Collectors.joining(", "));
    return """
        SELECT t.time, t.step, 0 AS part, concat(%s, ',segment=', t.segment,
          CASE WHEN t.layer = 0 THEN '' ELSE ',layer=' || %s END,
          CASE WHEN t.head < 0 THEN '' ELSE ',head=' || t.head END,
          ' step=', t.step, 'i,nonfinite=', t.nonfinite, 'i', %s, ',' || o.fields, ' ', t.time) AS line
        FROM %s t JOIN names l ON l.id = t.layer LEFT JOIN (
          SELECT t.time, t.layer, t.own_step, %s AS fields
          FROM field_rows t JOIN names m ON m.id = t.measurement JOIN names f ON f.id = t.field
          WHERE %s AND (t.number IS NOT NULL OR t.text IS NOT NULL) AND %s AND f.name <> 'step'
          GROUP BY t.time, t.layer, t.own_step) o
          ON o.time = t.time AND o.layer = t.layer AND o.own_step = t.step AND t.head < 0
        WHERE t.run = %d"""
        .formatted(
            head(wide.wireName()),
            escaped("l.name"),
            values.isEmpty() ? "''" : values,
            Schema.wideTable(wide),
            fields(),
            query.narrowWhere(dictionary, id),
            besideSignals(String.valueOf(dictionary.find(wide.wireName()))),
            id);
  }

  private String narrow(Dictionary dictionary, int id) {
    return """
        SELECT t.time, any_value(t.step) AS step, 1 AS part, concat(%s, ',run=', %s,
          CASE WHEN contains(',' || g.name, ',segment=') THEN '' ELSE ',segment=' || any_value(t.segment) END,
          CASE WHEN t.layer = 0 THEN '' ELSE ',layer=' || %s END,
          CASE WHEN t.tags = 0 THEN '' ELSE ',' || g.name END,
          ' ',
          %s,
          CASE WHEN t.own_step >= 0 AND NOT bool_or(f.name = 'step')
            THEN ',step=' || t.own_step || 'i' ELSE '' END,
          ' ', t.time) AS line
        FROM field_rows t JOIN names m ON m.id = t.measurement JOIN names f ON f.id = t.field
          JOIN names l ON l.id = t.layer JOIN names g ON g.id = t.tags
        WHERE %s AND (t.number IS NOT NULL OR t.text IS NOT NULL) AND NOT (%s)
        GROUP BY t.time, m.name, t.layer, l.name, t.tags, g.name, t.own_step"""
        .formatted(
            escaped("m.name"),
            ExportQuery.quoted(InfluxLines.escape(query.run())),
            escaped("l.name"),
            fields(),
            query.narrowWhere(dictionary, id),
            besideSignals(
                dictionary.find(Measurement.TRAIN_STEP.wireName())
                    + ", "
                    + dictionary.find(Measurement.TRAIN_LAYER.wireName())));
  }

  /** Whether a row is of a line whose signals are in a wide row with the same tags. */
  private static String besideSignals(String measurements) {
    return "t.measurement IN (" + measurements + ") AND t.tags = 0 AND t.own_step >= 0";
  }

  /** All fields of a group of rows. */
  private static String fields() {
    return """
        string_agg(concat(%s, '=', CASE
          WHEN t.text IS NOT NULL THEN '"' || replace(replace(t.text, '\\', '\\\\'), '"', '\\"') || '"'
          WHEN f.name = 'step' THEN t.number%s
          WHEN m.name = 'run_config' AND f.name IN (%s) THEN t.number%s
          WHEN m.name = 'run_config' AND f.name IN (%s) THEN (t.number <> 0)::VARCHAR
          ELSE t.number::VARCHAR END), ',' ORDER BY t.field)"""
        .formatted(
            escaped("f.name"),
            INTEGER,
            configured(ConfigField.Type.INTEGER),
            INTEGER,
            configured(ConfigField.Type.BOOLEAN));
  }

  /** The names of the settings of that type, quoted. */
  private static String configured(ConfigField.Type type) {
    return Arrays.stream(ConfigField.values())
        .filter(field -> field.type() == type)
        .map(field -> ExportQuery.quoted(field.wireName()))
        .collect(Collectors.joining(", "));
  }

  private String head(String measurement) {
    return ExportQuery.quoted(measurement + ",run=" + InfluxLines.escape(query.run()));
  }

  /** A name, escaped for line protocol as {@link InfluxLines#escape} does. */
  private static String escaped(String column) {
    return "replace(replace(replace(%s, ',', '\\,'), ' ', '\\ '), '=', '\\=')".formatted(column);
  }
}
