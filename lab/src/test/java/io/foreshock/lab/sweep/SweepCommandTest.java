// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import static io.foreshock.lab.sweep.FakeSweep.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sweep} with a launcher that trains nothing. */
class SweepCommandTest {
  private static final String COLUMNS =
      "run,variant,layers,heads,width,parameters,parameters_total,learning_rate,seed,steps,tokens,"
          + "flops,status,initial_loss,loss,attention_logit_max,attention_logit_step,"
          + "attention_logit_max_run,grad_rms,log_z_mean,seconds";

  @TempDir private Path folder;
  private FakeSweep sweep;

  @BeforeEach
  void prepare() throws IOException {
    sweep = new FakeSweep(folder);
  }

  @Test
  void everyCellIsTrainedOnceWithItsArguments() throws IOException {
    assertEquals(0, sweep.eight(), sweep::errors);
    List<String> asked = sweep.home().asked();
    assertEquals(8, asked.size());
    String one = asked.stream().filter(a -> a.contains("qk-2x64x4-lr0.1-s1")).findFirst().get();
    for (String argument :
        List.of(
            "--seed=1",
            "--layers=2",
            "--heads=4",
            "--width=64",
            "--learning-rate=0.1",
            "--total-steps=60",
            "--warmup-steps=3",
            "--context=64",
            "--batch=8",
            "--threads=1",
            "--qk-layernorm")) {
      assertTrue(one.contains("\"" + argument + "\""), argument + " in " + one);
    }
    assertFalse(asked.stream().anyMatch(a -> a.contains("base") && a.contains("layernorm")));
    List<String> csv = csv();
    assertEquals(COLUMNS, csv.get(0));
    assertEquals(9, csv.size());
    assertTrue(
        csv.get(1)
            .startsWith(
                "base-2x32x2-lr0.0003-s1,base,2,2,32,,,3.0E-4,1,60,,,done,2.0,2.0,,30,,,,0.1"),
        csv.get(1));
    assertTrue(Files.exists(sweep.folder().runs().telemetry(ONE)));
    assertTrue(Files.readString(sweep.folder().page()).contains("<svg"));
  }

  @Test
  void aSweepThatWasKilledGoesOnWhereItWas() throws IOException {
    assertEquals(0, sweep.eight());
    sweep.home().asked();
    // killed while one was training, and another's telemetry was kept but not noted
    Files.delete(sweep.record(ONE));
    Files.delete(sweep.folder().runs().telemetry(ONE));
    Files.writeString(sweep.folder().runs().growing(ONE), "train_step,run=x step=1i,loss=9 1\n");
    Files.delete(sweep.record("qk-2x32x2-lr0.1-s1"));
    assertEquals(0, sweep.eight());
    assertEquals(2, sweep.home().asked().size());
    assertTrue(csvLine(ONE).contains(",done,2.0,2.0,"), "nothing of the cut run is left");
    assertEquals(9, csv().size());
    assertEquals(0, sweep.eight());
    assertEquals(List.of(), sweep.home().asked());
  }

  @Test
  void otherArgumentsOfACellTrainItAgainAndSaySo() throws IOException {
    assertEquals(0, sweep.eight());
    sweep.home().asked();
    assertEquals(0, sweep.eight("--", "--batch=16"));
    assertEquals(8, sweep.home().asked().size());
    sweep.expectError("8 cells are trained again because of new arguments");
    assertEquals(0, sweep.eight("--", "--batch", "16"));
    assertEquals(List.of(), sweep.home().asked(), "the same, written otherwise");
  }

  @Test
  void aGridThatGrowsTrainsOnlyWhatIsNew() throws IOException {
    assertEquals(0, sweep.eight());
    sweep.home().asked();
    assertEquals(0, sweep.sweep("--sizes=3x96", "--learning-rates=3e-4", "--steps=60"));
    assertEquals(1, sweep.home().asked().size());
    assertEquals(10, csv().size(), "the earlier cells are still in the results");
  }

  @Test
  void aCellThatDivergedIsAResult() throws IOException, SQLException {
    FakeTelemetry telemetry =
        new FakeTelemetry(ONE).config().losses(60, step -> step <= 40 ? 4 : Double.NaN);
    telemetry.layer("0", 29, 300, 0.1).layer("0", 30, Double.POSITIVE_INFINITY, Double.NaN);
    sweep.home().sends(ONE, telemetry.toString());
    assertEquals(0, sweep.eight("--logit-step=29"), sweep::errors);
    assertEquals(
        ONE
            + ",base,2,4,64,24736,41120,0.1,1,60,30720,7.5792384E9,diverged,4.0,nan,inf,29,inf,nan,nan,0.1",
        csvLine(ONE));
    JsonNode row = jsonRow(ONE);
    assertEquals("diverged", row.path("status").asText());
    assertTrue(row.path("loss").isNull());
    assertEquals(24_736, row.path("parameters").asLong());
    assertEquals(
        "[\"--context=64\",\"--batch=8\",\"--warmup-steps=3\"]", row.path("options").toString());
    assertEquals(
        "true inf",
        sql(
            "SELECT isnan(loss) || ' ' || attention_logit_max FROM '%s' WHERE run = '"
                + ONE
                + "'"));
  }

  @Test
  void parquetHoldsTheSameColumnsAndRows() throws SQLException {
    sends(new FakeTelemetry(ONE).config().losses(60, step -> 3));
    assertEquals(0, sweep.eight());
    assertEquals(
        COLUMNS,
        sql("SELECT string_agg(name, ',') FROM parquet_schema('%s') WHERE type IS NOT NULL"));
    assertEquals("8", sql("SELECT count(*) FROM '%s'"));
    assertEquals("7", sql("SELECT count(*) FROM '%s' WHERE parameters IS NULL"));
    assertEquals(
        "24736 0.1 3.0",
        sql(
            "SELECT parameters || ' ' || learning_rate || ' ' || loss FROM '%s' WHERE run = '"
                + ONE
                + "'"));
    assertEquals("BIGINT", sql("SELECT typeof(tokens) FROM '%s' LIMIT 1"));
  }

  @Test
  void aCellThatFailedIsToldAndTriedAgain() throws IOException {
    sweep.home().fails(ONE);
    assertEquals(1, sweep.eight("--workers=1"));
    sweep.expectError(ONE + " failed: no luck");
    assertEquals("failed", jsonRow(ONE).path("status").asText());
    assertEquals("no luck", jsonRow(ONE).path("message").asText());
    assertTrue(csvLine(ONE).contains(",failed,,,,30,,,,"), csvLine(ONE));
    assertEquals(1, sweep.sweep("--workers=0"), "a cell that failed is not there");
    sweep.home().asked();
    sweep.home().heals();
    assertEquals(0, sweep.eight());
    assertEquals(1, sweep.home().asked().size());
    assertEquals("done", jsonRow(ONE).path("status").asText());
  }

  @Test
  void aWorkerThatDiesFailsItsCellOnly() throws IOException {
    sweep.home().diesOf(ONE);
    assertEquals(1, sweep.eight("--workers=1"));
    assertTrue(jsonRow(ONE).path("message").asText().contains("out of memory"));
    assertEquals(7, csv().stream().filter(line -> line.contains(",done,")).count());
  }

  @Test
  void aWorkerKilledInTheMiddleOfItsAnswerFailsItsCellOnly() throws IOException {
    sweep.home().breaksOff(ONE);
    assertEquals(1, sweep.eight("--workers=1"));
    assertTrue(jsonRow(ONE).path("message").asText().startsWith("the worker ended (exit code 7)"));
    assertEquals(7, csv().stream().filter(line -> line.contains(",done,")).count());
  }

  @Test
  void withoutWorkersWhatIsThereIsCollected() throws IOException {
    assertEquals(0, sweep.eight());
    sweep.home().asked();
    for (String file : List.of("csv", "json", "parquet")) {
      Files.delete(sweep.folder().results(file));
    }
    Files.delete(sweep.record(ONE));
    assertEquals(1, sweep.eight("--workers=0"));
    assertEquals(List.of(), sweep.home().asked());
    assertEquals(8, csv().size());
    sweep.expectError("1 of this grid's 8 cells are missing\n");
    assertEquals(0, sweep.sweep("--workers=0"), "no grid is named: what is there is all");
    assertFalse(sweep.errors().contains("missing"), sweep.errors());
  }

  @Test
  void cellsOfOtherArgumentsAreMissing() {
    assertEquals(0, sweep.eight());
    assertEquals(0, sweep.eight("--workers=0"));
    assertEquals(1, sweep.eight("--workers=0", "--", "--batch=16"));
    sweep.expectError(
        "8 of this grid's 8 cells are missing; 8 of these were trained with other arguments");
    assertEquals(1, sweep.sweep("--workers=0", "--steps=2000"));
    sweep.expectError("28 of this grid's 28 cells are missing");
    assertEquals(1, sweep.sweep("--workers=0", "--", "--batch=16"));
  }

  @Test
  void onlyThisGridsCellsAreJudged() throws IOException {
    String other = "base-3x96x6-lr0.0003-s1";
    sweep.home().fails(other);
    assertEquals(1, sweep.sweep("--sizes=3x96", "--learning-rates=3e-4", "--steps=60"));
    assertEquals(0, sweep.eight(), sweep::errors);
    sweep.expectError("9 cells in");
    sweep.expectError(", 1 failed;");
    assertEquals(1, sweep.sweep("--workers=0"), "of all that is there, one failed");
    Files.write(sweep.folder().runs().telemetry(ONE), new byte[] {1});
    assertEquals(1, sweep.eight("--workers=0"), "one of this grid cannot be read");
  }

  @Test
  void ofNothingThereAreEmptyResults() throws IOException, SQLException {
    assertEquals(0, sweep.sweep("--workers=0"));
    assertEquals(List.of(COLUMNS), csv());
    assertEquals("0", sql("SELECT count(*) FROM '%s'"));
    assertTrue(Files.readString(sweep.folder().page()).contains("No cell has ended yet"));
  }

  @Test
  void aRecordThatIsNotOneIsNamed() throws IOException {
    assertEquals(0, sweep.eight());
    Files.writeString(sweep.record(ONE), "{\"cell\": 3}");
    assertEquals(1, sweep.eight());
    sweep.expectError(ONE + ".json: expected the record of a cell");
  }

  @Test
  void oneCellIsTrainedByItsNumber() throws IOException {
    assertEquals(0, sweep.eight("--cell=3"));
    List<String> asked = sweep.home().asked();
    assertEquals(1, asked.size());
    assertTrue(asked.get(0).contains("--run=" + ONE + "\""), asked.get(0));
    assertEquals(ONE + " is trained\n", sweep.printed());
    assertFalse(Files.exists(sweep.folder().results("csv")), "others may be collecting");
    assertEquals(0, sweep.eight("--cell=3"));
    assertEquals(List.of(), sweep.home().asked());
    sweep.home().fails("base-2x32x2-lr0.0003-s1");
    assertEquals(1, sweep.eight("--cell=0"));
  }

  @Test
  void whatIsPrintedIsWhatIsWritten() throws IOException {
    assertEquals(0, sweep.eight("--format=csv"));
    assertEquals(Files.readString(sweep.folder().results("csv")), sweep.printed());
    assertEquals(0, sweep.eight("--format=json"));
    assertEquals(
        Json.tree(Files.readString(sweep.folder().results("json"))), Json.tree(sweep.printed()));
  }

  private void sends(FakeTelemetry telemetry) {
    try {
      sweep.home().sends(ONE, telemetry.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> csv() throws IOException {
    return Files.readAllLines(sweep.folder().results("csv"));
  }

  private String csvLine(String run) throws IOException {
    return csv().stream().filter(line -> line.startsWith(run + ",")).findFirst().orElseThrow();
  }

  private JsonNode jsonRow(String run) throws IOException {
    for (JsonNode row : Json.tree(Files.readString(sweep.folder().results("json"))).path("rows")) {
      if (row.path("run").asText().equals(run)) {
        return row;
      }
    }
    throw new AssertionError("no row of " + run);
  }

  /** The first cell of a query's answer, {@code %s} being the Parquet file. */
  private String sql(String query) throws SQLException {
    String text = query.replace("'%s'", "'" + sweep.folder().results("parquet") + "'");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(text)) {
      row.next();
      return row.getString(1);
    }
  }
}
