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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sweep} takes: the grid, its plan, the options of its cells. */
class SweepGridTest {
  private static final List<String> OPTIONS = List.of("--context=64", "--batch=8");

  @TempDir private Path folder;
  private FakeSweep sweep;

  @BeforeEach
  void prepare() throws IOException {
    sweep = new FakeSweep(folder);
  }

  @Test
  void thePlanIsPrintedAndNothingIsDone() throws IOException {
    assertEquals(0, sweep.execute("--plan", "--format=json"));
    JsonNode plan = Json.tree(sweep.printed());
    assertEquals(28, plan.path("cells").size());
    JsonNode first = plan.at("/cells/0");
    assertEquals("base-2x32x2-lr0.0003-s1", first.path("run").asText());
    double flops = (6.0 * 24_576 + 12 * 2 * 32 * 64) * 512_000;
    assertEquals(flops, first.path("flops").asDouble(), 1);
    assertTrue(plan.path("core_minutes").asDouble() > plan.path("minutes").asDouble() / 1.001);
    assertEquals(0, sweep.execute("--plan"));
    assertTrue(sweep.printed().contains(Flops.FORMULA), sweep.printed());
    assertTrue(sweep.printed().lines().anyMatch(l -> l.matches("4x128x8 +7 +786432 .*")));
    assertFalse(Files.exists(sweep.folder().path()));
  }

  @Test
  void thePlanGoesByWhatCellsTookHere() throws IOException {
    assertEquals(0, sweep.eight("--plan", "--format=json"));
    double before = Json.tree(sweep.printed()).path("core_minutes").asDouble();
    assertEquals(0, sweep.eight());
    Files.delete(sweep.record(ONE));
    assertEquals(0, sweep.eight("--plan", "--format=json"));
    JsonNode plan = Json.tree(sweep.printed());
    assertEquals(1, plan.path("missing").asInt());
    // each fake run reports 0.1 seconds
    double share = plan.path("core_minutes").asDouble() / before;
    Cell smallest = new Cell("base", Size.parse("2x32"), 3e-4, 1, 60, OPTIONS);
    Cell larger = new Cell("base", Size.parse("2x64"), 3e-4, 1, 60, OPTIONS);
    assertEquals(0.7 / (4 * smallest.seconds() + 3 * larger.seconds()), share, 1e-9);
  }

  @Test
  void aCellThatEndedEarlyCountsForTheStepsThatItMade() throws IOException {
    String[] grid = {"--sizes=2x64", "--learning-rates=1e-1", "--steps=60"};
    sweep
        .home()
        .sends(
            ONE, new FakeTelemetry(ONE).losses(15, step -> step < 5 ? 4 : Double.NaN).toString());
    assertEquals(0, sweep.sweep(grid));
    assertEquals(0, sweep.sweep(grid[0], grid[1], grid[2], "--plan", "--format=json"));
    // the fake run reports 0.1 seconds for a quarter of the steps
    assertEquals(4 * 0.1 / 60, Json.tree(sweep.printed()).path("core_minutes").asDouble(), 1e-9);
    Files.delete(sweep.folder().runs().telemetry(ONE));
    assertEquals(0, sweep.sweep(grid[0], grid[1], grid[2], "--plan"));
    assertTrue(sweep.printed().contains("at the speed of another machine"), sweep.printed());
  }

  @Test
  void variantsTakeThePlaceOfWhatAllHave() throws IOException {
    assertEquals(
        0,
        sweep.sweep(
            "--sizes=1x16",
            "--learning-rates=1",
            "--variant=a:--batch=2 --warmup-steps 7",
            "--variant=b:",
            "--",
            "--batch=4",
            "--disturb=garbage@3+1",
            "--disturb=garbage@5+1"));
    List<String> asked = sweep.home().asked().stream().sorted().toList();
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
    assertEquals(0, sweep.sweep(small));
    assertEquals(0, sweep.sweep(small[0], small[1], "--text=" + text));
    assertTrue(sweep.home().asked().get(1).contains("\"--text=" + text.toAbsolutePath() + "\""));
  }

  @Test
  void whatIsWrongIsReported() {
    assertEquals(2, sweep.execute());
    sweep.expectError("--out is missing: expected the directory of the sweep");
    wrong("--workers = -1: expected at least 0", "--workers=-1");
    wrong("--seeds = 0: expected at least 1", "--seeds=0");
    wrong("--steps = 0: expected at least 1", "--steps=0");
    wrong("--text = nowhere: expected a file that can be read", "--text=nowhere");
    wrong(
        "'--format': expected one of [TEXT, JSON, CSV] (case-insensitive) but was 'yaml'",
        "--format=yaml");
    wrong("--sizes: size '2y32': expected LAYERSxWIDTH", "--sizes=2y32");
    wrong("--sizes: size 2x40: expected a width that is a multiple of 16", "--sizes=2x40");
    wrong(
        "--sizes: size 2x40x3: expected a width that is a multiple of 2 x heads", "--sizes=2x40x3");
    wrong("--sizes: expected different values, found 2x32x2 twice", "--sizes=2x32,2x32x2");
    wrong(
        "'--scaling': expected one of [JOINT, DEPTH, WIDTH] (case-insensitive) but was 'tall'",
        "--scaling=tall");
    wrong("--size-count = 9: expected 1 to 8", "--size-count=9");
    wrong("expected without --scaling", "--sizes=2x32", "--scaling=depth");
    wrong("--learning-rates: 0.0: expected numbers above 0", "--learning-rates=0");
    wrong("--learning-rates: NaN: expected numbers above 0", "--learning-rates=NaN");
    wrong(
        "--learning-rates: expected different values, found 0.1 twice",
        "--learning-rates=0.1,1e-1");
    wrong("'fast'", "--learning-rates=fast");
    wrong("--variant = qk: expected NAME:OPTIONS", "--variant=qk");
    wrong("--variant = a b:: expected NAME:OPTIONS", "--variant=a b:");
    wrong(
        "--variant: expected different values, found a twice",
        "--variant=a:",
        "--variant=a:--batch=2");
    wrong("expected no --width, because sweep sets it itself", "--variant=a:--width=64");
    wrong("found 'fast'", "--variant=a:fast");
    wrong("options after --: expected options of train, such as --batch=8, found 'x'", "--", "x");
    wrong("--batch=0: expected an integer of at least 1", "--", "--batch=0");
    wrong("--context=many: expected an integer of at least 1", "--variant=a:--context many");
    wrong("--cell = 28: expected 0 to 27", "--cell=28");
    wrong("--cell = -1: expected 0 to 27", "--cell=-1");
    wrong("--logit-step = 0: expected at least 1", "--logit-step=0");
    wrong("--logit-step = 1001: expected at most --steps", "--logit-step=1001");
    wrong("cells: expected at most 100000", "--seeds=100000");
    assertFalse(Files.exists(sweep.folder().path()));
  }

  private void wrong(String problem, String... arguments) {
    assertEquals(2, sweep.sweep(arguments), problem);
    sweep.expectError(problem);
  }
}
