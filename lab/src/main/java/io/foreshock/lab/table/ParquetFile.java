// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Writes tables as Apache Parquet, with DuckDB. */
public final class ParquetFile {
  private ParquetFile() {}

  /**
   * Writes the rows of a CSV file as Parquet. The file is replaced as a whole.
   *
   * <p><b>Edges.</b> An empty cell is null; {@code nan} and {@code inf} are numbers.
   *
   * @param csv a file with a header of column names
   * @param types SQL types by column name, in the order of the file
   * @throws IOException when the CSV file lacks a column, or a file cannot be read or written
   */
  public static void write(Path csv, Map<String, String> types, Path parquet) throws IOException {
    Path partial = parquet.resolveSibling(parquet.getFileName() + ".part");
    String columns =
        types.entrySet().stream()
            .map(column -> quoted(column.getKey()) + ": " + quoted(column.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    String copy =
        "COPY (SELECT * FROM read_csv(%s, header = true, nullstr = '', columns = %s)) TO %s"
                .formatted(quoted(csv.toString()), columns, quoted(partial.toString()))
            + " (FORMAT parquet)";
    Properties properties = new Properties();
    properties.setProperty("jdbc_jfr_memory_monitor", "false"); // starting JFR takes 0.3 s
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
        Statement sql = connection.createStatement()) {
      sql.execute(copy);
    } catch (SQLException e) {
      throw new IOException(parquet + " cannot be written: " + e.getMessage(), e);
    }
    Files.move(partial, parquet, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
