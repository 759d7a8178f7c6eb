// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlMainTest {
  @TempDir static Path directory;
  private static Path file;

  @BeforeAll
  static void makeAStore() throws Exception {
    file = directory.resolve("store.duckdb");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement sql = connection.createStatement()) {
      sql.execute("CREATE TABLE step_rows AS SELECT range AS step FROM range(100)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO names VALUES (1, 'x')",
        "DELETE FROM step_rows",
        "DROP TABLE step_rows",
        "CREATE TABLE t AS SELECT 1",
        "COPY names TO '/tmp/foreshock-evil.csv'",
        "COPY (SELECT 1) TO '/tmp/foreshock-evil.csv'",
        "EXPORT DATABASE '/tmp/foreshock-evil'",
        "ATTACH '/tmp/foreshock-evil.db'",
        "ATTACH ':memory:' AS m",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "CALL pragma_version()",
        "CHECKPOINT",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE step_rows",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_blob('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_json('/etc/hostname')",
        "SELECT * FROM read_parquet('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM '/etc/passwd.csv'",
        "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/etc/hostname')",
        "SELECT * FROM query('COPY (SELECT 1) TO ''/tmp/foreshock-evil.csv''')",
        "SELECT getenv('PATH')",
        "SELECT * FROM duckdb_secrets()",
        "SELEC 1",
        "SELECT * FROM nothing",
      })
  void whatIsNoSelectOrReachesOutsideIsRefused(String statement) throws Exception {
    SQLException refusal = assertThrows(SQLException.class, () -> run(statement));
    String message = SqlMain.message(refusal);
    assertFalse(message.contains("closed pending query"), message);
    assertTrue(message.length() > 10, message);
    assertFalse(Files.exists(Path.of("/tmp/foreshock-evil.csv")), statement);
    assertFalse(Files.exists(Path.of("/tmp/foreshock-evil")), statement);
    assertEquals("count_star()\n100\n", run("SELECT count(*) FROM step_rows"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DROP TABLE step_rows", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2"})
  void theRefusalSaysWhatIsExpected(String statement) {
    SQLException refusal = assertThrows(SQLException.class, () -> run(statement));
    assertEquals("expected one SELECT", SqlMain.message(refusal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM step_rows -- as it is",
        "FROM step_rows",
        "VALUES (1)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "SELECT 'a;b'",
        "SELECT table_name FROM information_schema.tables",
        "SELECT column_name, column_type FROM (DESCRIBE step_rows)",
      })
  void everyFormOfASelectIsRun(String statement) throws Exception {
    assertFalse(run(statement).isEmpty());
  }

  private static String run(String statement) throws Exception {
    try (Connection connection = SqlMain.open(file, "100", "100")) {
      SqlMain.refuseOthers(connection, statement);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Statement sql = connection.createStatement();
          ResultSet rows = sql.executeQuery(statement)) {
        SqlRows.write(rows, SqlAnswer.Format.CSV, "", 1000, 1 << 20, out);
      }
      return out.toString(StandardCharsets.UTF_8);
    }
  }
}
