// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as JSON or CSV.
 *
 * <p>Numbers and truth values are those of JSON, times are ISO 8601 in UTC, and everything else is
 * DuckDB's text. Numbers that are not finite are null in JSON, because JSON has none, and NaN, inf
 * or -inf in CSV.
 */
final class SqlRows {
  private static final JsonFactory JSON = new JsonFactory();

  private SqlRows() {}

  /**
   * Writes the rows that fit.
   *
   * @param mostRows most rows
   * @param mostBytes most bytes of rows
   * @return whether all were written
   */
  static boolean write(
      ResultSet rows,
      SqlAnswer.Format format,
      String asOf,
      int mostRows,
      int mostBytes,
      OutputStream out)
      throws SQLException, IOException {
    return format == SqlAnswer.Format.CSV
        ? csv(rows, mostRows, mostBytes, out)
        : json(rows, asOf, mostRows, mostBytes, out);
  }

  private static boolean json(
      ResultSet rows, String asOf, int mostRows, int mostBytes, OutputStream out)
      throws SQLException, IOException {
    ResultSetMetaData columns = rows.getMetaData();
    JsonGenerator json = JSON.createGenerator(out);
    json.writeStartObject();
    json.writeStringField("as_of", asOf);
    json.writeArrayFieldStart("columns");
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      json.writeStartObject();
      json.writeStringField("name", columns.getColumnLabel(i));
      json.writeStringField("type", columns.getColumnTypeName(i));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rows");
    ByteArrayOutputStream row = new ByteArrayOutputStream();
    long bytes = 0;
    long count = 0;
    boolean complete = true;
    while (complete && rows.next()) {
      row.reset();
      try (JsonGenerator one = JSON.createGenerator(row)) {
        one.writeStartArray();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          value(one, value(rows, i));
        }
        one.writeEndArray();
      }
      bytes += row.size();
      count++;
      complete = count <= mostRows && bytes <= mostBytes;
      if (complete) {
        json.writeRawValue(row.toString(StandardCharsets.UTF_8));
      }
    }
    json.writeEndArray();
    json.writeBooleanField("truncated", !complete);
    json.writeEndObject();
    json.flush();
    return complete;
  }

  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null || value instanceof Double d && !Double.isFinite(d)) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Double || value instanceof BigDecimal) {
      json.writeRawValue(value.toString());
    } else if (value instanceof BigInteger integer) {
      json.writeNumber(integer);
    } else {
      json.writeString(value.toString());
    }
  }

  private static boolean csv(ResultSet rows, int mostRows, int mostBytes, OutputStream out)
      throws SQLException, IOException {
    ResultSetMetaData columns = rows.getMetaData();
    StringBuilder line = new StringBuilder();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      field(line, i, columns.getColumnLabel(i));
    }
    out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    long bytes = 0;
    long count = 0;
    while (rows.next()) {
      line.setLength(0);
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        Object value = value(rows, i);
        field(line, i, value == null ? "" : text(value));
      }
      byte[] row = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
      bytes += row.length;
      count++;
      if (count > mostRows || bytes > mostBytes) {
        return false;
      }
      out.write(row);
    }
    return true;
  }

  private static String text(Object value) {
    return value instanceof Double number && Double.isInfinite(number)
        ? number > 0 ? "inf" : "-inf"
        : value.toString();
  }

  private static void field(StringBuilder line, int column, String text) {
    if (column > 1) {
      line.append(',');
    }
    boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    line.append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
  }

  /** A value as null, Boolean, Double, BigDecimal, BigInteger or text. */
  private static @Nullable Object value(ResultSet rows, int column) throws SQLException {
    Object value = rows.getObject(column);
    if (value instanceof Float number) {
      return Double.valueOf(number.toString()); // its own digits, not those of the wider type
    }
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return BigInteger.valueOf(((Number) value).longValue());
    }
    if (value instanceof java.sql.Timestamp) {
      return rows.getObject(column, LocalDateTime.class) + "Z";
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant().toString();
    }
    boolean kept =
        value == null
            || value instanceof Boolean
            || value instanceof Double
            || value instanceof BigDecimal
            || value instanceof BigInteger;
    return kept ? value : rows.getString(column);
  }
}
