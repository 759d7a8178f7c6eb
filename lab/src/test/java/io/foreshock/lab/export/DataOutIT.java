// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.DataFiles;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code export} and {@code sql}, through a running monitor and over a directory. */
class DataOutIT {
  private static final String COUNT =
      "SELECT run, count(*) AS n FROM train_step WHERE loss > 0 GROUP BY run ORDER BY run";

  @TempDir private Path data;
  @TempDir private Path files;
  @AutoClose private TestMonitor monitor;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write(Telemetry.steps("a", 1, 100));
    monitor.write(Telemetry.steps("b", 1, 7));
    monitor.count("a", "loss", 100);
    monitor.count("b", "loss", 7);
  }

  @Test
  void exportWritesAFileAndPrintsItsPath() throws Exception {
    Path file = files.resolve("a.parquet");
    assertEquals(0, running("export", "a", "--out", file.toString()), err::toString);
    assertEquals(file.toString(), out.toString().strip());
    byte[] bytes = Files.readAllBytes(file);
    assertEquals("PAR1", new String(bytes, 0, 4, StandardCharsets.US_ASCII));
    Path csv = files.resolve("a.csv");
    assertEquals(0, running("export", "a", "--format", "csv", "--out", csv.toString()));
    assertEquals(1 + 100, lines(csv, "train_step,loss,"));
    assertEquals(List.of("a.csv", "a.parquet"), left());
  }

  @Test
  void anUnknownRunIsAFailureThatNamesSimilarOnesAndLeavesNoFile() throws Exception {
    Path file = files.resolve("x.parquet");
    assertEquals(1, running("export", "nobody", "--out", file.toString()));
    assertTrue(err.toString().contains("there is no run 'nobody'"), err.toString());
    assertEquals(List.of(), left());
  }

  @Test
  void sqlPrintsTextJsonAndCsv() throws Exception {
    assertEquals(0, running("sql", COUNT, "--format", "csv"), err::toString);
    assertEquals("run,n\na,100\nb,7\n", out.toString());
    assertEquals(0, running("sql", COUNT, "--format", "json"));
    assertEquals(100, Json.tree(out.toString()).at("/rows/0/1").asInt());
    assertEquals(0, running("sql", COUNT));
    assertTrue(out.toString().startsWith("| run | n"), out.toString());
    assertEquals(0, running("sql", "SELECT * FROM range(9)", "--rows", "2", "--format", "csv"));
    assertEquals(3, out.toString().lines().count());
    assertTrue(err.toString().contains("rows were left out"), err.toString());
  }

  @Test
  void aWrongStatementSaysWhereItIsWrong() {
    assertEquals(1, running("sql", "SELECT loss FROM nothing"));
    assertTrue(err.toString().contains("Table with name nothing does not exist"), err.toString());
    assertEquals(2, running("sql"));
    assertEquals(2, running("export"));
  }

  @Test
  void theDirectoryOfAStoppedMonitorIsReadAndNotChanged() throws Exception {
    monitor.close();
    monitor = null;
    Map<String, String> before = DataFiles.digests(data);
    assertEquals(
        0, command("sql", COUNT, "--format", "csv", "--data", data.toString()), err::toString);
    assertEquals("run,n\na,100\nb,7\n", out.toString());
    Path csv = files.resolve("a.csv");
    assertEquals(
        0,
        command(
            "export", "a", "--format", "csv", "--out", csv.toString(), "--data", data.toString()),
        err::toString);
    assertEquals(1 + 100, lines(csv, "train_step,loss,"));
    assertEquals(before, DataFiles.digests(data));
  }

  @Test
  void theDirectoryOfARunningMonitorIsInUse() {
    assertEquals(1, command("sql", COUNT, "--data", data.toString()));
    assertTrue(err.toString().contains("in use by a running monitor"), err.toString());
    assertEquals(1, command("export", "a", "--data", data.toString()));
    assertEquals(2, command("sql", COUNT, "--data", data.resolve("none").toString()));
  }

  @Test
  void withoutAMonitorTheMessageSaysWhatElseThereIs() {
    assertEquals(1, command("export", "a", "--monitor", "http://127.0.0.1:9"));
    assertTrue(err.toString().contains("--data DIR"), err.toString());
    assertFalse(Files.exists(Path.of("a.parquet.part")));
  }

  private int running(String... arguments) {
    return command(
        Stream.concat(Stream.of(arguments), Stream.of("--monitor", monitor.url()))
            .toArray(String[]::new));
  }

  private int command(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Foreshock.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private static int lines(Path csv, String start) throws Exception {
    try (Stream<String> lines = Files.lines(csv)) {
      return 1 + (int) lines.filter(line -> line.startsWith(start)).count();
    }
  }

  private List<String> left() throws Exception {
    try (Stream<Path> left = Files.list(files)) {
      return left.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
