// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FitCommandTest {
  private static final String LOSSES =
      """
      parameters,learning_rate,loss,initial_loss
      1000000,3e-4,3.5,10.4
      1000000,1e-3,3.3,10.4
      1000000,3e-3,3.1,10.4
      1000000,1e-2,3.0,10.4
      1000000,3e-2,3.2,10.4
      1000000,1e-1,9.0,10.4
      1000000,3e-1,inf,10.4
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** log10 z = n − 4 + log10 η + 3, a line in n. */
  private static String logits(double... sizes) {
    StringBuilder csv = new StringBuilder("parameters,learning_rate,attention_logit_max\n");
    for (double size : sizes) {
      for (double rate : new double[] {0.001, 0.01, 0.1}) {
        csv.append(size).append(',').append(rate).append(',').append(size * rate / 10).append('\n');
      }
    }
    return csv.toString();
  }

  @Test
  void sensitivityIsThePapersAndItsKeysTheContracts() throws IOException {
    assertEquals(0, fit("lr-sensitivity", LOSSES, "--format=json"));
    JsonNode json = Json.tree(out.toString());
    JsonNode row = json.get("rows").get(0);
    assertEquals(1e6, row.get("parameters").asDouble());
    assertEquals(3.0, row.get("best_loss").asDouble());
    assertEquals(2.0714, row.get("sensitivity").asDouble(), 5e-5);
    assertTrue(json.get("warnings").get(0).asText().contains("one size only"));
    assertTrue(err.toString().startsWith("warning: there is one size only"), err.toString());
  }

  @Test
  void aWindowOfRatesLeavesTheOthersOut() throws IOException {
    assertEquals(0, fit("lr-sensitivity", LOSSES, "--format=json", "--from=1e-3", "--to=3e-2"));
    JsonNode row = Json.tree(out.toString()).get("rows").get(0);
    assertEquals((3.3 + 3.1 + 3.0 + 3.2) / 4 - 3, row.get("sensitivity").asDouble(), 1e-12);
    assertEquals(2, fit("lr-sensitivity", LOSSES, "--from=1", "--to=0.1"));
    assertEquals(1, fit("lr-sensitivity", LOSSES, "--from=1"));
  }

  @Test
  void variantsAndSeedsAreReckonedApartOnDemand() throws IOException {
    String csv =
        """
        variant,seed,steps,parameters,learning_rate,loss,initial_loss
        qk,1,100,1e5,0.1,3,10
        qk,1,100,1e5,0.01,2,10
        qk,2,100,1e5,0.1,4,10
        qk,2,100,1e5,0.01,2,10
        base,1,300,1e5,0.1,nan,10
        base,1,300,1e5,0.01,2,10
        base,1,300,1e6,0.1,3,10
        """;
    assertEquals(0, fit("lr-sensitivity", csv, "--by=variant,seed", "--format=csv"));
    assertEquals(
        """
        variant,seed,parameters,best_loss,sensitivity,best_learning_rate,diverged
        qk,1,100000.0,2.0,0.5,0.01,0
        qk,2,100000.0,2.0,1.0,0.01,0
        base,1,100000.0,2.0,4.0,0.01,1
        base,1,1000000.0,3.0,0.0,0.1,0
        """,
        out.toString());
    assertTrue(err.toString().contains("warning: [qk, 2] there is one size only"), err.toString());
    assertEquals(0, fit("lr-sensitivity", csv, "--by=variant", "--format=json"));
    JsonNode rows = Json.tree(out.toString()).get("rows");
    assertEquals(3, rows.size());
    assertEquals("qk", rows.get(0).get("variant").asText());
    assertEquals(0.75, rows.get(0).get("sensitivity").asDouble(), 1e-12);
    assertEquals(1, fit("lr-sensitivity", csv, "--by=colour"));
    assertTrue(err.toString().contains("expected columns [colour]"), err.toString());
  }

  @Test
  void logitsAreForeseenForTheNextSizeOfTheSweep() throws IOException {
    assertEquals(0, fit("logit-growth", logits(1e4, 1e5, 1e6, 1e7), "--format=json"));
    JsonNode json = Json.tree(out.toString());
    assertEquals(3, json.get("rows").size());
    JsonNode row = json.get("rows").get(1);
    assertEquals(0.01, row.get("learning_rate").asDouble());
    assertEquals(-3, row.get("coefficients").get(0).asDouble(), 1e-6);
    assertEquals(1, row.get("coefficients").get(1).asDouble(), 1e-6);
    assertEquals(0, row.get("coefficients").get(2).asDouble(), 1e-6);
    JsonNode next = row.get("predictions").get(0);
    assertEquals(1e8, next.get("parameters").asDouble(), 1);
    assertEquals(1e5, next.get("attention_logit_max").asDouble(), 1);
    assertTrue(next.get("low").asDouble() <= 1e5 && next.get("high").asDouble() >= 1e5 - 1);
    assertEquals(1e7, row.get("critical_parameters").asDouble(), 10);
    JsonNode rate = json.get("critical_learning_rates").get(0);
    assertEquals(0.001, rate.get("learning_rate").asDouble(), 1e-6);
  }

  @Test
  void whatCannotBeSaidIsNullInJsonAndDashedInText() throws IOException {
    String csv = logits(1e4, 1e5) + "1e4,0.2,inf\n";
    assertEquals(0, fit("logit-growth", csv, "--format=json", "--limit=1e9"));
    JsonNode rows = Json.tree(out.toString()).get("rows");
    assertTrue(rows.get(0).get("critical_parameters").isNull());
    assertEquals("above", rows.get(0).get("critical_parameters_side").asText());
    JsonNode lost = rows.get(3);
    assertEquals(0.2, lost.get("learning_rate").asDouble());
    assertTrue(lost.get("coefficients").isNull());
    assertEquals("no_basis", lost.get("critical_parameters_side").asText());
    assertTrue(err.toString().contains("1 run has no finite attention logit"), err.toString());
    assertEquals(0, fit("logit-growth", csv, "--limit=1e9"));
    assertTrue(out.toString().contains("above 1e7"), out.toString());
  }

  @Test
  void holdingOutComparesTheModelsOnTheSameRuns() throws IOException {
    String csv = logits(1e4, 1e5, 1e6, 1e7);
    assertEquals(0, fit("logit-growth", csv, "--format=json", "--hold-out", "--limit=5e3"));
    JsonNode heldOut = Json.tree(out.toString()).get("hold_out");
    assertEquals(6, heldOut.get("cells").size());
    assertEquals(3, heldOut.get("above_limit").asInt()); // 1e4 at 1e6, 1e4 and 1e5 at 1e7
    for (JsonNode line : heldOut.get("summary")) {
      boolean fitted = !line.get("model").asText().equals("unchanged");
      assertEquals(fitted ? 0 : 1, line.get("median_error_decades").asDouble(), 1e-6);
      assertTrue(!fitted || line.get("right").asInt() == line.get("cells").asInt());
    }
    assertEquals(0, fit("logit-growth", csv, "--hold-out"));
    assertTrue(out.toString().contains("median error, decades"), out.toString());
    assertEquals(1, fit("logit-growth", logits(1e4, 1e5), "--hold-out"));
  }

  @Test
  void theLimitMayBeWhatStableRunsHaveShown() throws IOException {
    String csv =
        """
        parameters,learning_rate,attention_logit_max,status
        1000,0.1,5,done
        10000,0.1,50,done
        100000,0.1,500,diverged
        """;
    assertEquals(0, fit("logit-growth", csv, "--format=json", "--limit=seen"));
    assertEquals(50, Json.tree(out.toString()).get("limit").asDouble());
    assertEquals(2, fit("logit-growth", csv, "--limit=much"));
  }

  @Test
  void gradientsMeetEpsilonWhereTheTrendSays() throws IOException {
    StringBuilder csv = new StringBuilder("parameters,learning_rate,grad_rms,status\n");
    for (double size : new double[] {1e4, 1e5, 1e6, 1e7}) {
      for (double rate : new double[] {0.001, 0.01}) {
        csv.append(size).append(',').append(rate).append(',');
        csv.append(Math.pow(size, -0.5) * Math.pow(rate, -0.25)).append(",done\n");
      }
    }
    csv.append("1e7,0.1,nan,diverged\n");
    assertEquals(0, fit("grad-rms", csv.toString(), "--format=json", "--epsilon=1e-6"));
    JsonNode row = Json.tree(out.toString()).get("rows").get(1);
    assertEquals(13, Math.log10(row.get("critical_parameters").asDouble()), 1e-6);
    assertEquals(
        -4 + 0.5, Math.log10(row.get("predictions").get(0).get("grad_rms").asDouble()), 1e-6);
    assertTrue(err.toString().contains("1 row with status=diverged left out"), err.toString());
    assertEquals(1, Json.tree(out.toString()).get("excluded").asInt());
    assertTrue(err.toString().contains("more than 100 times outside"), err.toString());
  }

  @Test
  void problemsNameRowAndColumnAllAtOnce() throws IOException {
    String csv =
        """
        parameters,learning_rate,loss,initial_loss
        -3,0.1,3,10
        1e6,fast,0,10

        1e6,0.1,3,
        2.4,0.1,3,nan
        """;
    assertEquals(1, fit("lr-sensitivity", csv));
    List<String> lines = err.toString().lines().toList();
    assertEquals(
        "foreshock fit: table.csv row 2, column parameters = '-3': expected a count of parameters,"
            + " 100 to 1e15",
        lines.get(0));
    assertEquals(
        "table.csv row 3, column learning_rate = 'fast': expected a learning rate, above 0 and at"
            + " most 1000",
        lines.get(1));
    assertEquals(
        "table.csv row 3, column loss = '0': expected a number above 0, inf or nan", lines.get(2));
    assertTrue(lines.get(3).startsWith("table.csv row 5, column initial_loss = ''"), lines.get(3));
    assertTrue(lines.get(4).startsWith("table.csv row 6, column parameters = '2.4'"), lines.get(4));
    assertEquals(6, lines.size());
    assertEquals("", out.toString());
  }

  @Test
  void tenProblemsAreEnough() throws IOException {
    String csv =
        "parameters,learning_rate,grad_rms\n" + "1e6,0.1,nan\n".repeat(3) + "x,y,z\n".repeat(5);
    assertEquals(1, fit("grad-rms", csv));
    List<String> lines = err.toString().lines().toList();
    assertEquals(11, lines.size());
    assertTrue(lines.get(10).matches("and \\d+ more"), lines.get(10));
  }

  @Test
  void aRunThatIsThereTwiceIsAProblemAndASeedIsNot() throws IOException {
    assertEquals(1, fit("lr-sensitivity", LOSSES + "1000000,0.0010,3.3,10.4\n"));
    assertTrue(err.toString().contains("table.csv row 9, the same run as row 3"), err.toString());
    assertEquals(0, fit("lr-sensitivity", LOSSES + "1000000,0.0010,3.4,10.4\n"));
    assertTrue(err.toString().contains("1 row repeats the parameters and learning_rate"));
    String seeded =
        """
        parameters,learning_rate,loss,initial_loss,seed
        1000000,0.1,3,10,1
        1000000,0.1,3,10,2
        """;
    assertEquals(0, fit("lr-sensitivity", seeded));
    assertEquals(1, fit("lr-sensitivity", seeded + "1000000,0.1,4,10,2\n"));
    assertTrue(err.toString().contains("row 4, the same run as row 3"), err.toString());
  }

  @Test
  void rowsThatShouldNotBeMixedAreNot() throws IOException {
    String csv =
        """
        variant,steps,status,parameters,learning_rate,loss,initial_loss
        base,100,done,1e6,0.1,3,10
        base,100,done,1e6,0.01,4,10
        base,100,failed,1e6,0.001,,
        base,100,diverged,1e6,0.3,,10
        qk,100,done,1e6,0.1,2,10
        """;
    assertEquals(1, fit("lr-sensitivity", csv));
    assertTrue(
        err.toString().contains("rows of different variant [base, qk]: choose with --where"),
        err.toString());
    assertEquals(0, fit("lr-sensitivity", csv, "--where", "variant=base", "--format=csv"));
    List<String> lines = out.toString().lines().toList();
    assertEquals("parameters,best_loss,sensitivity,best_learning_rate,diverged", lines.get(0));
    String[] cells = lines.get(1).split(",");
    assertEquals((3 + 4 + 10) / 3.0 - 3, Double.parseDouble(cells[2]), 1e-12); // the lost one at 10
    assertEquals("1", cells[4]);
    assertTrue(err.toString().contains("1 row with status=failed left out"), err.toString());
    assertEquals(
        0, fit("lr-sensitivity", csv, "--where=variant=base", "--where=learning_rate=1e-1"));
    assertEquals(1, fit("lr-sensitivity", csv, "--where=variant=other"));
    assertEquals(2, fit("lr-sensitivity", csv, "--where=colour=red"));
    assertEquals(2, fit("lr-sensitivity", csv, "--where=variant"));
    assertEquals(
        1, fit("lr-sensitivity", csv + "base,200,done,1e6,0.3,3,10\n", "--where=variant=base"));
    assertTrue(err.toString().contains("different steps [100.0, 200.0]"), err.toString());
  }

  @Test
  void quotesLineEndsMarksAndOtherColumnsDoNoHarm() throws IOException {
    String plain = "parameters,learning_rate,loss,initial_loss\n1e6,0.1,3,10\n1e6,0.2,4,10\n";
    assertEquals(0, fit("lr-sensitivity", plain, "--format=json"));
    String expected = out.toString();
    String odd =
        "\uFEFF\"loss\" , note,parameters,\"learning_rate\",initial_loss\r\n\r\n"
            + "3,\"a, \"\"b\"\"\nc\",\"1e6\",0.1, 10\r\n4,,1e6,.2,10.\r\n\r\n";
    assertEquals(0, fit("lr-sensitivity", odd, "--format=json"));
    assertEquals(expected, out.toString());
  }

  @Test
  void whatIsNoTableIsRefused() throws IOException {
    for (String csv :
        List.of(
            "",
            "\n\n",
            "parameters,learning_rate\n",
            "a,b\n1,2\n",
            "a,a\n1,2\n",
            "a,b\n1\n",
            "a\n\"1\n")) {
      assertEquals(1, fit("lr-sensitivity", csv), csv);
      assertTrue(err.toString().startsWith("foreshock fit: table.csv"), err.toString());
    }
    assertTrue(
        fitBytes("lr-sensitivity", new byte[] {'a', '\n', (byte) 0xff, (byte) 0xfe, '\n'}) == 1);
    assertTrue(err.toString().contains("does not look like UTF-8"), err.toString());
    assertEquals(1, fit("logit-growth", logits(1e5)));
    assertTrue(err.toString().contains("no basis"), err.toString());
    assertEquals(1, fit("grad-rms", "parameters,learning_rate,grad_rms\n1e6,0.1,1e-3\n"));
    assertTrue(err.toString().contains("expected runs of at least two sizes"), err.toString());
  }

  @Test
  void missingColumnsAreNamed() throws IOException {
    assertEquals(1, fit("lr-sensitivity", "parameters,loss\n1e6,3\n"));
    assertEquals(
        "foreshock fit: table.csv: expected columns [learning_rate, initial_loss], found"
            + " [parameters, loss]\n",
        err.toString());
  }

  @Test
  void usageMistakesAreToldWithTwo() throws IOException {
    assertEquals(2, run());
    assertEquals(2, run("lr-sensitivity"));
    assertEquals(2, run("lr-sensitivity", "--csv", folder.resolve("none.csv").toString()));
    assertEquals(2, fit("lr-sensitivity", LOSSES, "--format=xml"));
    assertEquals(2, fit("logit-growth", logits(1e4, 1e5), "--at=0"));
    assertEquals(2, fit("logit-growth", logits(1e4, 1e5), "--model=cubic"));
    assertEquals(2, fit("grad-rms", LOSSES, "--epsilon=-1"));
  }

  @Test
  void plotsAreWellFormedAndHoldNothingThatIsNoNumber() throws Exception {
    Path plot = folder.resolve("plot.svg");
    String csv = logits(1e4, 1e5, 1e6) + "1e6,0.2,inf\n";
    assertEquals(0, fit("logit-growth", csv, "--plot", plot.toString(), "--at=1e7,1e12"));
    assertEquals(9, circles(plot) - 3); // and a dot in the legend for each rate
    assertTrue(Files.readString(plot).contains("limit 10000"));
    assertEquals(0, fit("lr-sensitivity", LOSSES, "--plot", plot.toString()));
    assertEquals(7, circles(plot) - 1);
    assertEquals(1, fit("lr-sensitivity", LOSSES, "--plot", folder.resolve("no/p.svg").toString()));
  }

  private static int circles(Path plot) throws Exception {
    String text = Files.readString(plot);
    assertFalse(text.contains("NaN") || text.contains("Infinity"), text);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(plot.toFile())
        .getElementsByTagName("circle")
        .getLength();
  }

  private int fit(String what, String csv, String... more) throws IOException {
    return fitBytes(what, csv.getBytes(StandardCharsets.UTF_8), more);
  }

  private int fitBytes(String what, byte[] csv, String... more) throws IOException {
    Path file = Files.write(folder.resolve("table.csv"), csv);
    return run(
        Stream.concat(Stream.of(what, "--csv", file.toString()), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLine(new FitCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
