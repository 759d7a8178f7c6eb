// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlProcessTest {
  private static final SqlLimits TIGHT =
      new SqlLimits(10, 1 << 20, Duration.ofSeconds(3), 200, 100);

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

  @Test
  void anAnswerSaysWhetherRowsWereLeftOut() throws Exception {
    SqlAnswer answer = run("SELECT step FROM step_rows ORDER BY step");
    assertTrue(answer.truncated());
    assertEquals(
        "step\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n", new String(answer.body(), StandardCharsets.UTF_8));
    assertFalse(run("SELECT 1").truncated());
  }

  @Test
  void theProcessHasNoneOfTheMonitorsEnvironment() throws Exception {
    String home =
        new String(run("SELECT current_setting('home_directory')").body(), StandardCharsets.UTF_8);
    assertFalse(home.contains(System.getProperty("user.home")), home);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // DuckDB counts the memory of none of these
        "SELECT median(a.range + b.range) FROM range(1000000) a, range(100000) b",
        "SELECT sum(len(list_transform(range(5000000), lambda z: repeat('y', 1000)))) FROM range(20)",
        "WITH RECURSIVE r(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM r"
            + " WHERE length(s) < 4000000000) SELECT max(length(s)) FROM r",
        "SELECT list(a.range) FROM range(1000000) a, range(100000) b",
        "SELECT count(*) FROM (SELECT DISTINCT a.range * b.range FROM range(1000000) a, range(100000) b)",
        "SELECT count(*) FROM range(100000000000) a WHERE sin(a.range) > 2",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
      })
  void whatNeedsTooMuchIsEnded(String statement) throws Exception {
    long began = System.nanoTime();
    SqlException end = assertThrows(SqlException.class, () -> run(statement));
    assertTrue(System.nanoTime() - began < 20e9, statement);
    assertTrue(
        end.getMessage().matches("(?s).*([Mm]emory|stopped after 3 s|allocat).*"), end::getMessage);
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(1, left.count()); // what it spilled is deleted
    }
  }

  private static SqlAnswer run(String statement) throws Exception {
    return new SqlProcess(file, Instant.EPOCH).run(statement, SqlAnswer.Format.CSV, TIGHT);
  }
}
