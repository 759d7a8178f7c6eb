// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * The process that runs one statement, which it reads from standard input; {@link SqlProcess}
 * starts it.
 *
 * <p>Only a SELECT is run, over a file that is open for reading. Then DuckDB's access to other
 * files, to the network and to extensions is closed, and its settings are locked. The exit code
 * says how it ended; the message is on standard error.
 */
final class SqlMain {
  static final int COMPLETE = 0;
  static final int UNREADABLE = 10;
  static final int WRONG = 11;
  static final int TRUNCATED = 12;
  static final int TOO_LONG = 13;

  private static final String DRIVER = "Invalid Input Error: Attempting to execute";
  private static final String ERROR = "\nError: ";
  private static final String HEAP =
      "the rows need more memory than an answer may use; select fewer or shorter columns";

  private SqlMain() {}

  /** Runs the statement and ends the process, whatever its threads do. */
  public static void main(String[] arguments) {
    Runtime.getRuntime().halt(run(arguments));
  }

  private static int run(String[] arguments) {
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    try {
      String text = statement();
      try (DuckDBConnection connection = open(Path.of(arguments[0]), arguments[6], arguments[7]);
          Statement statement = connection.createStatement()) {
        try {
          refuseOthers(connection, text);
          endAfter(Long.parseLong(arguments[5]));
          return answer(statement, text, arguments);
        } catch (SQLException e) {
          err.println(message(e));
          return WRONG;
        }
      }
    } catch (SQLException | IOException e) {
      err.println(message(e));
      return UNREADABLE;
    } catch (OutOfMemoryError e) {
      err.println(HEAP);
      return WRONG;
    }
  }

  private static String statement() throws IOException {
    DataInputStream in = new DataInputStream(System.in);
    String text = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    Thread parent =
        new Thread(
            () -> {
              try {
                in.read(); // it ends when the parent does
              } catch (IOException e) {
                // it is gone likewise
              }
              Runtime.getRuntime().halt(TOO_LONG);
            },
            "parent");
    parent.setDaemon(true);
    parent.start();
    return text;
  }

  /** Opens a file so that nothing but its rows is in reach. */
  static DuckDBConnection open(Path file, String memoryMegabytes, String diskMegabytes)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("duckdb.read_only", "true");
    properties.setProperty("jdbc_stream_results", "true");
    properties.setProperty("jdbc_jfr_memory_monitor", "false");
    properties.setProperty("memory_limit", memoryMegabytes + "MB");
    properties.setProperty("max_temp_directory_size", diskMegabytes + "MB");
    properties.setProperty("temp_directory", Path.of("spill").toAbsolutePath().toString());
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, properties);
    try (Statement sql = connection.createStatement()) {
      sql.execute("SET enable_external_access = false");
      sql.execute("SET lock_configuration = true");
    }
    return connection;
  }

  /** Lets only one SELECT pass; DuckDB's own parser judges. */
  static void refuseOthers(Connection connection, String text) throws SQLException {
    String quoted = "'" + text.replace("'", "''") + "'";
    try (Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT s->>'error', s->>'error_message', json_array_length(s->'statements')"
                    + " FROM (SELECT json_serialize_sql("
                    + quoted
                    + ")::JSON AS s)")) {
      row.next();
      if (row.getBoolean(1)) {
        String error = row.getString(2);
        throw new SQLException(
            error.startsWith("Only SELECT statements") ? "expected one SELECT" : error);
      }
      if (row.getInt(3) != 1) {
        throw new SQLException("expected one SELECT");
      }
    }
  }

  private static void endAfter(long millis) {
    Thread clock =
        new Thread(
            () -> {
              try {
                Thread.sleep(millis);
              } catch (InterruptedException e) {
                // nobody interrupts it
              }
              Runtime.getRuntime().halt(TOO_LONG);
            },
            "clock");
    clock.setDaemon(true);
    clock.start();
  }

  private static int answer(Statement statement, String text, String[] arguments)
      throws SQLException, IOException {
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    try (ResultSet rows = statement.executeQuery(text)) {
      boolean complete =
          SqlRows.write(
              rows,
              SqlAnswer.Format.valueOf(arguments[2]),
              arguments[1],
              Integer.parseInt(arguments[3]),
              Integer.parseInt(arguments[4]),
              out);
      out.flush();
      return complete ? COMPLETE : TRUNCATED;
    }
  }

  /** DuckDB's own message, without what its driver puts before it. */
  static String message(Exception e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("Java heap space")) {
      return HEAP;
    }
    int driver = text.startsWith(DRIVER) ? text.indexOf(ERROR) : -1;
    return (driver < 0 ? text : text.substring(driver + ERROR.length())).strip();
  }
}
