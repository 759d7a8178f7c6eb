// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.chinchilla.Allocation;
import io.foreshock.predictors.scaling.chinchilla.LossSurface;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ChinchillaFitTest {
  private static final LossSurface TRUE = new LossSurface(1.69, 406.4, 410.7, 0.34, 0.28);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void approach3AnswersInTheContractsKeys() throws IOException {
    assertEquals(0, fit(table(9, 4), "--format=json", "--bootstrap=20", "--budget=1e21"));
    JsonNode json = Json.tree(out.toString());
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    assertTrue(
        keys.containsAll(
            List.of(
                "approach",
                "E",
                "A",
                "B",
                "alpha",
                "beta",
                "a",
                "b",
                "objective",
                "n",
                "excluded",
                "standard_errors",
                "warnings")),
        keys.toString());
    assertEquals(3, json.get("approach").asInt());
    assertEquals(36, json.get("n").asInt());
    assertEquals(1.69, json.get("E").asDouble(), 1e-4);
    assertEquals(0.34, json.get("alpha").asDouble(), 1e-4);
    assertEquals(0.28, json.get("beta").asDouble(), 1e-4);
    assertEquals(TRUE.a(), json.get("a").asDouble(), 1e-4);
    assertTrue(json.get("standard_errors").get("a").asDouble() < 1e-3);
    JsonNode allocation = json.get("allocations").get(0);
    double best = TRUE.optimal(1e21).parameters();
    assertEquals(best, allocation.get("parameters").asDouble(), 1e-3 * best);
    assertTrue(err.toString().contains("warning: whether each learning-rate schedule"));
  }

  @Test
  void approaches1And2GiveTheExponents() throws IOException {
    assertEquals(0, fit(isoFlops(), "--approach=2", "--format=json", "--bootstrap=20"));
    JsonNode json = Json.tree(out.toString());
    assertEquals(0.45161, json.get("a").asDouble(), 1e-5);
    assertEquals(0.54839, json.get("b").asDouble(), 1e-5);
    assertEquals(5, json.get("budgets").size());
    out.getBuffer().setLength(0);
    assertEquals(0, fit(table(12, 40), "--approach=1", "--format=json", "--bootstrap=0"));
    json = Json.tree(out.toString());
    assertEquals(TRUE.a(), json.get("a").asDouble(), 0.01);
    assertEquals(12, json.get("curves").asInt());
    assertTrue(json.get("standard_errors").isEmpty());
  }

  @Test
  void textAndCsvSayTheSame() throws IOException {
    String csv = table(6, 4);
    assertEquals(0, fit(csv, "--bootstrap=10", "--budget=1e21"));
    assertTrue(out.toString().contains("| alpha |   0.34 |"), out.toString());
    assertTrue(out.toString().contains("tokens/parameter"), out.toString());
    out.getBuffer().setLength(0);
    Path plot = folder.resolve("plot.svg");
    assertEquals(0, fit(csv, "--format=csv", "--bootstrap=10", "--plot=" + plot));
    String[] lines = out.toString().split("\n");
    assertEquals("name,value,standard_error,low,high", lines[0]);
    assertTrue(lines[4].startsWith("alpha,0.3"), lines[4]);
    assertTrue(Files.readString(plot).contains("<polyline"));
  }

  @Test
  void flopsStandForTokensAndTheHighestLossesCanBeLeftOut() throws IOException {
    String csv =
        table(6, 4)
            .lines()
            .map(line -> line.split(","))
            .map(
                c ->
                    c[0].equals("parameters")
                        ? "parameters,flops,loss"
                        : c[0]
                            + ","
                            + 6 * Double.parseDouble(c[0]) * Double.parseDouble(c[1])
                            + ","
                            + c[2])
            .reduce("", (all, line) -> all + line + "\n");
    csv += "1e8,6e18,7.5\n";
    assertEquals(0, fit(csv, "--format=json", "--bootstrap=0", "--exclude-highest=1"));
    JsonNode json = Json.tree(out.toString());
    assertEquals(1, json.get("excluded").asInt());
    assertEquals(24, json.get("n").asInt());
    assertEquals(0.34, json.get("alpha").asDouble(), 1e-4);
  }

  @Test
  void theBestOfALearningRateSweepIsFitted() throws IOException {
    String csv = table(6, 4);
    String worse =
        csv.lines()
            .skip(1)
            .map(line -> line.split(","))
            .map(c -> c[0] + "," + c[1] + "," + (Double.parseDouble(c[2]) + 0.3))
            .reduce("", (all, line) -> all + line + "\n");
    assertEquals(0, fit(csv + worse, "--format=json", "--bootstrap=0", "--best"));
    assertEquals(0.34, Json.tree(out.toString()).get("alpha").asDouble(), 1e-4);
    assertFalse(err.toString().contains("share parameters and tokens"), err.toString());
    assertEquals(0, fit(csv + worse, "--format=json", "--bootstrap=0"));
    assertTrue(err.toString().contains("48 rows share parameters and tokens"), err.toString());
  }

  @Test
  void whatIsNoMeasurementIsNamedByRowAndColumn() throws IOException {
    String csv = table(6, 4);
    problem(csv + "1e8,2e9,-3\n", "row 26, column loss = '-3'");
    problem(csv + "1e8,2e9,nan\n", "row 26, column loss = 'nan'");
    problem(csv + "1e8,2e9,350\n", "row 26, column loss = '350'");
    problem(csv + "1e8,0.5,3\n", "row 26, column tokens = '0.5'");
    problem(csv + csv.lines().skip(4).findFirst().orElseThrow() + "\n", "row 26, ");
    problem(csv + csv.lines().skip(4).findFirst().orElseThrow() + "\n", "a copy of row 5");
    problem("parameters,tokens,loss\n1e8,1e9,3\n", "1 of them: expected at least 6");
    problem(
        "parameters,tokens,loss\n"
            + IntStream.range(1, 9)
                .mapToObj(i -> "1e8," + i + "e9," + (4 - 0.1 * i) + "\n")
                .reduce("", String::concat),
        "parameters: 1 different: expected at least 3 sizes");
    problem("parameters,loss\n1e8,3\n", "expected columns [tokens]");
  }

  @Test
  void flopsAreJudgedByTheTokensTheyStandFor() throws IOException {
    String csv = "parameters,flops,loss\n1e8,6e17,3\n";
    String expected = "expected 6 · parameters · tokens, with 100 to 1e18 tokens";
    problem(csv + "1e8,6e9,3\n", "runs.csv row 3, column flops = '6e9': " + expected);
    problem(csv + "1e8,-1,3\n", "runs.csv row 3, column flops = '-1': " + expected);
    problem(csv + "1e8,6e27,3\n", "runs.csv row 3, column flops = '6e27': " + expected);
    problem(csv + "20,6e9,3\n", "row 3, column parameters = '20'");
    assertFalse(err.toString().contains("flops"), err.toString());
    problem(csv, "runs.csv: rows: 1 of them: expected at least 6");
    problem(csv + "1e8,6e17,3\n", "runs.csv row 3, ");
  }

  @Test
  void wrongOptionsAreWrongUsage() throws IOException {
    assertEquals(2, fit(table(6, 4), "--approach=4"));
    assertEquals(2, fit(table(6, 4), "--approach=1", "--smooth=-1"));
    assertEquals(2, fit(table(6, 4), "--budget=-1"));
    assertEquals(2, fit(table(6, 4), "--bootstrap=-1"));
    assertEquals(2, fit(table(6, 4), "--exclude-highest=-1"));
  }

  @Test
  void powerLawsAreFittedAndForetold() throws IOException {
    StringBuilder csv = new StringBuilder("width,error\n");
    for (int i = 0; i < 9; i++) {
      double x = 64 * Math.pow(2, i);
      csv.append(x).append(',').append(0.3 + 5 * Math.pow(x, -0.5)).append('\n');
    }
    String[] options = {"--x=width", "--y=error", "--at=1e6", "--format=json", "--bootstrap=20"};
    assertEquals(0, run("power-law", csv.toString(), options));
    JsonNode json = Json.tree(out.toString());
    assertEquals(0.3, json.get("E").asDouble(), 1e-6);
    assertEquals(5, json.get("A").asDouble(), 1e-4);
    assertEquals(0.5, json.get("alpha").asDouble(), 1e-6);
    assertEquals(0.305, json.get("predictions").get(0).get("y").asDouble(), 1e-6);
    assertTrue(err.toString().contains("times the largest fitted"), err.toString());
    assertEquals(1, run("power-law", csv + "9,-1\n", options));
    assertTrue(err.toString().contains("row 11, column error = '-1'"), err.toString());
  }

  @Test
  void powerLawsNameFileAndColumnsThatWereAskedFor() throws IOException {
    String[] options = {"--x=tokens", "--y=error"};
    String same = "error,tokens\n1,9\n2,9\n3,9\n4,9\n";
    assertEquals(1, run("power-law", same, options));
    assertEquals(
        "foreshock fit: runs.csv: tokens: 1 different: expected at least 3\n", err.toString());
    err.getBuffer().setLength(0);
    assertEquals(1, run("power-law", "error,tokens\n4,7\n3,8\n2,9\n1,10\n3,8\n", options));
    assertEquals(
        "foreshock fit: runs.csv row 6, tokens, error: a copy of row 3: expected one\n",
        err.toString());
    err.getBuffer().setLength(0);
    assertEquals(1, run("power-law", "error,tokens\n4,7\n4,8\n4,9\n4,10\n", options));
    assertEquals(
        "foreshock fit: runs.csv: error: all equal: expected it to vary with tokens\n",
        err.toString());
  }

  private void problem(String csv, String expected) throws IOException {
    err.getBuffer().setLength(0);
    out.getBuffer().setLength(0);
    assertEquals(1, fit(csv));
    assertTrue(err.toString().contains(expected), err.toString());
    assertEquals("", out.toString());
  }

  private int fit(String csv, String... options) throws IOException {
    return run("chinchilla", csv, options);
  }

  private int run(String what, String csv, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("runs.csv"), csv);
    return new CommandLine(new FitCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(
            Stream.concat(Stream.of(what, "--csv=" + file), Stream.of(options))
                .toArray(String[]::new));
  }

  /** Sizes from 57 M to 16 B, each with as many lengths. */
  private static String table(int sizes, int lengths) {
    StringBuilder csv = new StringBuilder("parameters,tokens,loss\n");
    for (int i = 0; i < sizes; i++) {
      double parameters = 57e6 * Math.pow(280, i / (sizes - 1.0));
      for (int j = 0; j < lengths; j++) {
        append(csv, parameters, parameters * Math.pow(10, 3.0 * j / (lengths - 1)));
      }
    }
    return csv.toString();
  }

  private static String isoFlops() {
    StringBuilder csv = new StringBuilder("parameters,tokens,loss\n");
    for (double flops : new double[] {1e18, 1e19, 1e20, 1e21, 1e22}) {
      Allocation best = TRUE.optimal(flops);
      for (int i = -3; i <= 3; i++) {
        double factor = Math.pow(1.6, i);
        append(csv, best.parameters() * factor, best.tokens() / factor);
      }
    }
    return csv.toString();
  }

  private static void append(StringBuilder csv, double parameters, double tokens) {
    csv.append(parameters).append(',').append(tokens).append(',');
    csv.append(TRUE.loss(parameters, tokens)).append('\n');
  }
}
