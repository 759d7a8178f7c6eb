// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read off a cell's telemetry. */
class CellReaderTest {
  private static final double EXACT = 1e-12;

  @TempDir private Path folder;
  private final Cell cell =
      new Cell("base", Size.parse("2x32"), 3e-4, 1, 400, List.of("--context=64", "--batch=8"));

  private final FakeTelemetry telemetry = new FakeTelemetry(cell.run());

  @Test
  void theLossIsTheMeanOfTheLastTwentiethAndTheFirstIsTheInitial() throws IOException {
    telemetry.config().losses(400, step -> step <= 380 ? 5.5 : 2 + (step % 2));
    CellResult row = row();
    assertEquals(Status.DONE, row.status());
    assertEquals(5.5, row.measured().initialLoss(), EXACT);
    assertEquals(2.5, row.measured().loss(), EXACT, "20 of 400 steps");
    assertEquals(5, row.measured().logZMean(), EXACT);
    assertEquals(24_736, row.cost().parameters());
    assertEquals(41_120, row.cost().parametersTotal());
    assertEquals(400 * 512, row.cost().tokens());
    assertEquals((6.0 * 24_736 + 12 * 2 * 32 * 64) * 400 * 512, row.cost().flops(), 1);
    assertEquals(7.5, row.cost().seconds(), EXACT);
  }

  @Test
  void atLeastTenStepsAreTheEnd() throws IOException {
    telemetry.losses(60, step -> step <= 50 ? 5 : 3);
    assertEquals(3, row().measured().loss(), EXACT);
  }

  @Test
  void aLossThatIsNotFiniteAtTheEndIsNanAndTheCellHasDiverged() throws IOException {
    telemetry.losses(120, step -> step <= 115 ? 5 : Double.NaN);
    CellResult row = row();
    assertEquals(Status.DIVERGED, row.status());
    assertTrue(Double.isNaN(row.measured().loss()));
    assertEquals(5, row.cappedLoss(), EXACT);
    assertEquals(115 * 512 + 5 * 512, row.cost().tokens());
  }

  @Test
  void aLossThatRisesAndStaysIsADivergenceAndKeepsItsNumber() throws IOException {
    telemetry.losses(400, step -> step <= 200 ? 3 : 7);
    CellResult row = row();
    assertEquals(Status.DIVERGED, row.status());
    assertEquals(7, row.measured().loss(), EXACT);
    assertEquals(3, row.cappedLoss(), EXACT, "at most the initial loss");
  }

  @Test
  void theLogitIsTheMedianAroundTheStepOfBlockZero() throws IOException {
    telemetry.losses(400, step -> 3);
    for (long step = 1; step <= 400; step++) {
      double within = Math.abs(step - 200) <= 8 ? 50 + (step - 200) : 900;
      telemetry.layer("0", step, within, 0.1).layer("1", step, 1000 + step, 0.5);
    }
    CellResult row = row();
    assertEquals(200, row.measured().attentionLogitStep());
    assertEquals(50, row.measured().attentionLogitMax(), EXACT);
    assertEquals(1400, row.measured().attentionLogitMaxRun(), EXACT);
    CellResult early = row(1);
    assertEquals(1, early.measured().attentionLogitStep());
    assertEquals(900, early.measured().attentionLogitMax(), EXACT);
  }

  @Test
  void aLogitThatOverflowsIsInfinite() throws IOException {
    telemetry.losses(400, step -> 3);
    telemetry.layer("0", 1, 7, 0.1).layer("0", 200, Double.POSITIVE_INFINITY, 0.1);
    CellResult row = row();
    assertEquals(Double.POSITIVE_INFINITY, row.measured().attentionLogitMax());
    assertEquals(Double.POSITIVE_INFINITY, row.measured().attentionLogitMaxRun());
  }

  @Test
  void theGradientIsTheGeometricMeanOfTheLastTenthOfBlockZero() throws IOException {
    telemetry.losses(400, step -> 3);
    for (long step = 1; step <= 400; step++) {
      telemetry.layer("embedding", step, Double.NaN, 77);
      telemetry.layer("0", step, 1, step <= 360 ? 9 : step % 2 == 0 ? 1e-4 : 1e-6);
    }
    assertEquals(1e-5, row().measured().gradRms(), 1e-15);
  }

  @Test
  void whatWasNeverLoggedIsNotKnown() throws IOException {
    telemetry.line("train_step,run=a step=1i,loss=2 1");
    CellResult row = row();
    assertNull(row.cost().parameters());
    assertNull(row.cost().tokens());
    assertNull(row.cost().flops());
    assertNull(row.measured().attentionLogitMax());
    assertNull(row.measured().attentionLogitMaxRun());
    assertNull(row.measured().gradRms());
    assertNull(row.measured().logZMean());
    assertEquals(2, row.measured().loss(), EXACT);
  }

  @Test
  void telemetryThatCannotBeReadHasFailed() throws IOException {
    telemetry.losses(2, step -> 3).line("nonsense");
    CellResult row = row();
    assertEquals(Status.FAILED, row.status());
    assertTrue(row.message().contains(cell.run() + ".lp.gz:3: "), row.message());
    assertFalse(row.losses().isPresent());
  }

  @Test
  void telemetryWithoutALossHasFailed() throws IOException {
    telemetry.config();
    assertTrue(row().message().endsWith("found no loss"), row().message());
  }

  @Test
  void missingTelemetryHasFailed() {
    CellResult row = CellReader.read(new SweepFolder(folder), new EndedCell(cell, 1.0, null), 0);
    assertEquals(Status.FAILED, row.status());
    assertTrue(row.message().contains("cannot be read"), row.message());
  }

  private CellResult row() throws IOException {
    return row(0);
  }

  private CellResult row(long logitStep) throws IOException {
    SweepFolder sweep = new SweepFolder(folder);
    sweep.runs().create();
    Files.writeString(sweep.runs().telemetry(cell.run()), telemetry.toString());
    return CellReader.read(sweep, new EndedCell(cell, 7.5, null), logitStep);
  }
}
