// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.json.Json;
import io.foreshock.monitor.workers.FakeHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sweep} with a launcher that trains nothing. */
class SweepCommandTest {
  private static final String COLUMNS =
      "run,variant,layers,heads,width,parameters,parameters_total,learning_rate,seed,steps,tokens,"
          + "flops,status,initial_loss,loss,attention_logit_max,attention_logit_step,"
          + "attention_logit_max_run,grad_rms,log_z_mean,seconds";

  /** Two sizes, two rates, two variants. */
  private static final String[] EIGHT = {
    "--sizes=2x32,2x64",
    "--learning-rates=3e-4,1e-1",
    "--variant=base:",
    "--variant=qk:--qk-layernorm",
    "--steps=60"
  };

  private static final String ONE = "base-2x64x4-lr0.1-s1";

  @TempDir private Path folder;
  private Path out;
  private SweepFolder sweep;
  private FakeHome home;
  private final StringWriter said = new StringWriter();
  private final StringWriter complained = new StringWriter();

  @BeforeEach
  void prepare() throws IOException {
    home = new FakeHome(Files.createDirectory(folder.resolve("home")));
    out = folder.resolve("sweep");
    sweep = new SweepFolder(out);
  }

  @Test
  void everyCellIsTrainedOnceWithItsArguments() throws IOException {
    assertEquals(0, eight(), complained::toString);
    List<String> asked = home.asked();
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
    assertTrue(Files.exists(sweep.runs().telemetry(ONE)));
    assertTrue(Files.readString(sweep.page()).contains("<svg"));
  }

  @Test
  void aSweepThatWasKilledGoesOnWhereItWas() throws IOException {
    assertEquals(0, eight());
    home.asked();
    // killed while one was training, and another's telemetry was kept but not noted
    Files.delete(record(ONE));
    Files.delete(sweep.runs().telemetry(ONE));
    Files.writeString(sweep.runs().growing(ONE), "train_step,run=x step=1i,loss=9 1\n");
    Files.delete(record("qk-2x32x2-lr0.1-s1"));
    assertEquals(0, eight());
    assertEquals(2, home.asked().size());
    assertTrue(csvLine(ONE).contains(",done,2.0,2.0,"), "nothing of the cut run is left");
    assertEquals(9, csv().size());
    assertEquals(0, eight());
    assertEquals(List.of(), home.asked());
  }

  @Test
  void otherArgumentsOfACellTrainItAgainAndSaySo() throws IOException {
    assertEquals(0, eight());
    home.asked();
    assertEquals(0, eight("--", "--batch=16"));
    assertEquals(8, home.asked().size());
    assertTrue(complained.toString().contains("8 cells are trained again, with other arguments"));
    assertEquals(0, eight("--", "--batch", "16"));
    assertEquals(List.of(), home.asked(), "the same, written otherwise");
  }

  @Test
  void aGridThatGrowsTrainsOnlyWhatIsNew() throws IOException {
    assertEquals(0, eight());
    home.asked();
    assertEquals(0, sweep("--sizes=3x96", "--learning-rates=3e-4", "--steps=60"));
    assertEquals(1, home.asked().size());
    assertEquals(10, csv().size(), "what was there before is still told");
  }

  @Test
  void aCellThatDivergedIsAResult() throws IOException, SQLException {
    Told told = new Told(ONE).config().losses(60, step -> step <= 40 ? 4 : Double.NaN);
    told.layer("0", 29, 300, 0.1).layer("0", 30, Double.POSITIVE_INFINITY, Double.NaN);
    home.sends(ONE, told.toString());
    assertEquals(0, eight("--logit-step=29"), complained::toString);
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
    home(new Told(ONE).config().losses(60, step -> 3));
    assertEquals(0, eight());
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
    home.fails(ONE);
    assertEquals(1, eight("--workers=1"));
    assertTrue(complained.toString().contains(ONE + " failed: no luck"), complained.toString());
    assertEquals("failed", jsonRow(ONE).path("status").asText());
    assertEquals("no luck", jsonRow(ONE).path("message").asText());
    assertTrue(csvLine(ONE).contains(",failed,,,,30,,,,"), csvLine(ONE));
    assertEquals(1, sweep("--workers=0"), "a cell that failed is not there");
    home.asked();
    home.heals();
    assertEquals(0, eight());
    assertEquals(1, home.asked().size());
    assertEquals("done", jsonRow(ONE).path("status").asText());
  }

  @Test
  void aWorkerThatDiesFailsItsCellOnly() throws IOException {
    home.diesOf(ONE);
    assertEquals(1, eight("--workers=1"));
    assertTrue(jsonRow(ONE).path("message").asText().contains("out of memory"));
    assertEquals(7, csv().stream().filter(line -> line.contains(",done,")).count());
  }

  @Test
  void withoutWorkersWhatIsThereIsCollected() throws IOException {
    assertEquals(0, eight());
    home.asked();
    for (String file : List.of("csv", "json", "parquet")) {
      Files.delete(sweep.results(file));
    }
    Files.delete(record(ONE));
    assertEquals(0, eight("--workers=0"));
    assertEquals(List.of(), home.asked());
    assertEquals(8, csv().size());
    assertTrue(complained.toString().contains("1 of this grid's 8 cells are missing"));
  }

  @Test
  void ofNothingThereAreEmptyResults() throws IOException, SQLException {
    assertEquals(0, sweep("--workers=0"));
    assertEquals(List.of(COLUMNS), csv());
    assertEquals("0", sql("SELECT count(*) FROM '%s'"));
    assertTrue(Files.readString(sweep.page()).contains("No cell has ended yet"));
  }

  @Test
  void aRecordThatIsNotOneIsNamed() throws IOException {
    assertEquals(0, eight());
    Files.writeString(record(ONE), "{\"cell\": 3}");
    assertEquals(1, eight());
    assertTrue(complained.toString().contains(ONE + ".json: expected what sweep writes"));
  }

  @Test
  void oneCellIsTrainedByItsNumber() throws IOException {
    assertEquals(0, eight("--cell=3"));
    List<String> asked = home.asked();
    assertEquals(1, asked.size());
    assertTrue(asked.get(0).contains("--run=" + ONE + "\""), asked.get(0));
    assertEquals(ONE + " is there\n", said.toString());
    assertFalse(Files.exists(sweep.results("csv")), "others may be collecting");
    assertEquals(0, eight("--cell=3"));
    assertEquals(List.of(), home.asked());
    home.fails("base-2x32x2-lr0.0003-s1");
    assertEquals(1, eight("--cell=0"));
  }

  @Test
  void thePlanIsPrintedAndNothingIsDone() throws IOException {
    assertEquals(0, execute("--plan", "--format=json"));
    JsonNode plan = Json.tree(said.toString());
    assertEquals(28, plan.path("cells").size());
    JsonNode first = plan.at("/cells/0");
    assertEquals("base-2x32x2-lr0.0003-s1", first.path("run").asText());
    double flops = (6.0 * 24_576 + 12 * 2 * 32 * 64) * 512_000;
    assertEquals(flops, first.path("flops").asDouble(), 1);
    assertTrue(plan.path("core_minutes").asDouble() > plan.path("minutes").asDouble() / 1.001);
    said.getBuffer().setLength(0);
    assertEquals(0, execute("--plan"));
    assertTrue(said.toString().contains(Flops.FORMULA), said.toString());
    assertTrue(said.toString().lines().anyMatch(l -> l.matches("4x128x8 +7 +786432 .*")));
    assertFalse(Files.exists(out));
  }

  @Test
  void thePlanGoesByWhatCellsTookHere() throws IOException {
    assertEquals(0, eight("--plan", "--format=json"));
    double before = Json.tree(said.toString()).path("core_minutes").asDouble();
    assertEquals(0, eight());
    Files.delete(record(ONE));
    said.getBuffer().setLength(0);
    assertEquals(0, eight("--plan", "--format=json"));
    JsonNode plan = Json.tree(said.toString());
    assertEquals(1, plan.path("missing").asInt());
    // the fake says that each took 0.1 seconds
    double share = plan.path("core_minutes").asDouble() / before;
    Cell smallest = new Cell("base", Size.parse("2x32"), 3e-4, 1, 60, options());
    Cell larger = new Cell("base", Size.parse("2x64"), 3e-4, 1, 60, options());
    assertEquals(0.7 / (4 * smallest.seconds() + 3 * larger.seconds()), share, 1e-9);
  }

  @Test
  void whatIsPrintedIsWhatIsWritten() throws IOException {
    assertEquals(0, eight("--format=csv"));
    assertEquals(Files.readString(sweep.results("csv")), said.toString());
    said.getBuffer().setLength(0);
    assertEquals(0, eight("--format=json"));
    assertEquals(Json.tree(Files.readString(sweep.results("json"))), Json.tree(said.toString()));
  }

  @Test
  void variantsTakeThePlaceOfWhatAllHave() throws IOException {
    assertEquals(
        0,
        sweep(
            "--sizes=1x16",
            "--learning-rates=1",
            "--variant=a:--batch=2 --warmup-steps 7",
            "--variant=b:",
            "--",
            "--batch=4",
            "--disturb=garbage@3+1",
            "--disturb=garbage@5+1"));
    List<String> asked = home.asked().stream().sorted().toList();
    assertTrue(asked.get(0).contains("\"--batch=2\"") && !asked.get(0).contains("--batch=4"));
    assertTrue(asked.get(0).contains("\"--warmup-steps=7\""));
    assertTrue(
        asked.get(1).contains("\"--batch=4\"") && asked.get(1).contains("\"--warmup-steps=50\""));
    assertTrue(asked.get(1).contains("\"--disturb=garbage@3+1\",\"--disturb=garbage@5+1\""));
  }

  @Test
  void theTextBelongsToTheArguments() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "some");
    String[] small = {"--sizes=1x16", "--learning-rates=1"};
    assertEquals(0, sweep(small));
    assertEquals(0, sweep(small[0], small[1], "--text=" + text));
    assertTrue(home.asked().get(1).contains("\"--text=" + text.toAbsolutePath() + "\""));
  }

  @Test
  void whatIsWrongIsTold() {
    assertEquals(2, execute());
    told("--out: expected the sweep's directory");
    wrong("--workers = -1: expected at least 0", "--workers=-1");
    wrong("--seeds = 0: expected at least 1", "--seeds=0");
    wrong("--steps = 0: expected at least 1", "--steps=0");
    wrong("--text = nowhere: expected a file that can be read", "--text=nowhere");
    wrong("--format = yaml: expected text, json or csv", "--format=yaml");
    wrong("--sizes: size '2y32': expected LAYERSxWIDTH", "--sizes=2y32");
    wrong("--sizes: size 2x40: expected a width that is a multiple of 16", "--sizes=2x40");
    wrong(
        "--sizes: size 2x40x3: expected a width that is a multiple of 2 x heads", "--sizes=2x40x3");
    wrong("--sizes: 2x32x2 is given twice", "--sizes=2x32,2x32x2");
    wrong("--scaling = tall: expected joint, depth or width", "--scaling=tall");
    wrong("--size-count = 9: expected 1 to 8", "--size-count=9");
    wrong("expected without --scaling", "--sizes=2x32", "--scaling=depth");
    wrong("--learning-rates: 0.0: expected numbers above 0", "--learning-rates=0");
    wrong("--learning-rates: NaN: expected numbers above 0", "--learning-rates=NaN");
    wrong("--learning-rates: 0.1 is given twice", "--learning-rates=0.1,1e-1");
    wrong("'fast'", "--learning-rates=fast");
    wrong("--variant = qk: expected NAME:OPTIONS", "--variant=qk");
    wrong("--variant = a b:: expected NAME:OPTIONS", "--variant=a b:");
    wrong("--variant: a is given twice", "--variant=a:", "--variant=a:--batch=2");
    wrong("--width is the sweep's to set", "--variant=a:--width=64");
    wrong("found 'fast'", "--variant=a:fast");
    wrong("options after --: expected options of train, as --batch=8, found 'x'", "--", "x");
    wrong("--batch=0: expected an integer from 1", "--", "--batch=0");
    wrong("--context=many: expected an integer from 1", "--variant=a:--context many");
    wrong("--cell = 28: expected 0 to 27", "--cell=28");
    wrong("--cell = -1: expected 0 to 27", "--cell=-1");
    wrong("--logit-step = 0: expected at least 1", "--logit-step=0");
    wrong("--logit-step = 1001: expected at most --steps", "--logit-step=1001");
    wrong("cells: expected at most 100000", "--seeds=100000");
    assertFalse(Files.exists(out));
  }

  private void wrong(String problem, String... arguments) {
    assertEquals(2, sweep(arguments), problem);
    told(problem);
  }

  private void told(String problem) {
    assertTrue(complained.toString().contains(problem), complained.toString());
    complained.getBuffer().setLength(0);
  }

  private static List<String> options() {
    return List.of("--context=64", "--batch=8");
  }

  private void home(Told told) {
    try {
      home.sends(ONE, told.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int eight(String... more) {
    List<String> arguments = new ArrayList<>(List.of(EIGHT));
    arguments.addAll(List.of(more));
    return sweep(arguments.toArray(String[]::new));
  }

  private int sweep(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--out", out.toString()));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine command = new CommandLine(new SweepCommand(home.path()));
    command.setOut(new PrintWriter(said));
    command.setErr(new PrintWriter(complained));
    return command.execute(arguments);
  }

  private Path record(String run) {
    return sweep.runs().runs().resolve(run + ".json");
  }

  private List<String> csv() throws IOException {
    return Files.readAllLines(sweep.results("csv"));
  }

  private String csvLine(String run) throws IOException {
    return csv().stream().filter(line -> line.startsWith(run + ",")).findFirst().orElseThrow();
  }

  private JsonNode jsonRow(String run) throws IOException {
    for (JsonNode row : Json.tree(Files.readString(sweep.results("json"))).path("rows")) {
      if (row.path("run").asText().equals(run)) {
        return row;
      }
    }
    throw new AssertionError("no row of " + run);
  }

  /** The first cell of a query's answer, {@code %s} being the Parquet file. */
  private String sql(String query) throws SQLException {
    String text = query.replace("'%s'", "'" + sweep.results("parquet") + "'");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(text)) {
      row.next();
      return row.getString(1);
    }
  }
}
