// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the statements of a connection, each as a {@link Statement} of its own, because DuckDB's
 * driver closes one that fails.
 */
record Sql(Connection connection) {
  /** Reads one row. */
  interface Row {
    void read(ResultSet row) throws SQLException;
  }

  /** Runs a statement; returns the number of rows that it changed. */
  long execute(String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
      return Math.max(0, statement.getUpdateCount());
    }
  }

  /** Reads the rows of a query, one after another. */
  void each(String select, Row reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(select)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }

  /** Reads the rows of a query with parameters, such as texts from outside. */
  void each(String select, List<?> parameters, Row reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  /** The integer that is a query's only value. */
  long number(String select) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The texts in a query's only column. */
  List<String> texts(String select) throws SQLException {
    List<String> texts = new ArrayList<>();
    each(select, row -> texts.add(row.getString(1)));
    return texts;
  }
}
