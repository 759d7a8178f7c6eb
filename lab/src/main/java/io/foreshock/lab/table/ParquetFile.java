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

/** Writes tables as Apache Parquet, by DuckDB. */
public final class ParquetFile {
  private ParquetFile() {}

  /**
   * Writes a CSV file's rows as Parquet, so that the file is there as a whole or not at all.
   *
   * <p><b>Edges.</b> An empty cell is null; {@code nan} and {@code inf} are numbers.
   *
   * @param csv with a header of the columns' names
   * @param types SQL types by column, in the file's order
   * @throws IOException when the CSV does not hold those columns, or a file cannot be read or
   *     written
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
