// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CaveatsTest {
  private static final LossSurface TRUE = MadeRows.BESIROGLU;
  private static final Pieces AT_ONCE =
      (count, piece) -> IntStream.range(0, count).parallel().forEach(piece);

  @Test
  void aGoodTableHasNone() {
    List<Observation> rows = new ArrayList<>();
    for (Observation row : MadeRows.around(TRUE, 60, 0.01, 1)) {
      double parameters = 20 * row.parameters();
      double loss = TRUE.loss(parameters, row.tokens());
      rows.add(new Observation(row.row(), parameters, row.tokens(), loss, row.tokens() * 1.01));
    }
    assertEquals(List.of(), Caveats.of(Observations.of(rows), 5));
    assertEquals(List.of(), Caveats.of(TRUE, Observations.of(rows)));
  }

  @Test
  void smallModelsDependOnWhatIsCounted() {
    Caveat caveat = only(Caveat.Kind.PARAMETERS_COUNTED, MadeRows.around(TRUE, 60, 0, 1));
    assertTrue(caveat.message().contains("embeddings"), caveat.message());
  }

  @Test
  void lossesFromMidScheduleAreNamed() {
    List<Observation> rows = new ArrayList<>(MadeRows.around(TRUE, 60, 0, 1));
    rows.add(new Observation(91, 1e8, 1e9, 3.3, 4e9));
    rows.add(new Observation(92, 1e8, 4e9, 3.2, 4e9));
    assertEquals(List.of(91), only(Caveat.Kind.SCHEDULE_NOT_MATCHED, rows).rows());
    assertEquals(60, only(Caveat.Kind.SCHEDULE_UNKNOWN, rows).rows().size());
  }

  @Test
  void severalLossesAtOnePlaceAreNamed() {
    List<Observation> rows = new ArrayList<>(MadeRows.around(TRUE, 60, 0, 1));
    Observation first = rows.get(6);
    rows.add(new Observation(77, first.parameters(), first.tokens(), first.loss() + 0.1));
    assertEquals(List.of(7, 77), only(Caveat.Kind.REPEATED_POINTS, rows).rows());
  }

  @Test
  void fewRowsForTheUnknownsAreTold() {
    assertEquals(
        "19 rows for 5 unknowns: expect large errors below 20 rows",
        only(Caveat.Kind.FEW_POINTS, MadeRows.around(TRUE, 19, 0, 1)).message());
  }

  @Test
  void warnsHowFarAnAllocationIsOutsideOfTheRows() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 60, 0, 1));
    assertTrue(Caveats.of(TRUE.optimal(1e21), rows).isEmpty());
    Caveat above = Caveats.of(new Allocation(6e32, 1e16, 1e16), rows).orElseThrow();
    assertEquals(Caveat.Kind.EXTRAPOLATION, above.kind());
    assertTrue(above.message().contains("times the largest fitted"), above.message());
    Caveat below = Caveats.of(new Allocation(6e10, 1e4, 1e6), rows).orElseThrow();
    assertTrue(below.message().contains("of the smallest fitted"), below.message());
  }

  @Test
  void exponentsAndFloorsThatMeanNothingAreTold() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 60, 0, 1));
    LossSurface odd = new LossSurface(1e-7, 5, 5, 2.5, 0.001);
    assertEquals(3, Caveats.of(odd, rows).size());
    assertEquals(2, Caveats.of(new PowerLaw(1e-9, 1, -3), 1).size());
  }

  @Test
  void namesTheRowsThatDecideTheFit() {
    // like Hoffmann's figure 4: good rows, and five early ones with losses far too high
    List<Observation> rows = new ArrayList<>(MadeRows.around(TRUE, 100, 0.003, 1));
    for (int i = 0; i < 5; i++) {
      double parameters = 5e8 * Math.pow(2, i);
      double tokens = parameters / 20;
      double loss = TRUE.loss(parameters, tokens) * (1.2 + 0.05 * i);
      rows.add(new Observation(201 + i, parameters, tokens, loss));
    }
    Observations data = Observations.of(rows);
    ParametricFit fit = ParametricFit.of(data, AT_ONCE);
    Influence influence = Influence.of(data, fit, AT_ONCE);
    assertEquals(List.of(201, 202, 203, 204, 205), influence.highest());
    assertEquals(TRUE.a(), influence.withoutHighest(), 0.02);
    List<Caveat> caveats = influence.caveats(fit.surface().a());
    assertTrue(
        caveats.stream().anyMatch(caveat -> caveat.message().startsWith("without the highest 5")),
        caveats.toString());
  }

  @Test
  void noRowOfAnEvenTableDecidesTheFit() {
    Observations data = Observations.of(MadeRows.around(TRUE, 100, 0.003, 1));
    ParametricFit fit = ParametricFit.of(data, AT_ONCE);
    assertEquals(List.of(), Influence.of(data, fit, AT_ONCE).caveats(fit.surface().a()));
  }

  private static Caveat only(Caveat.Kind kind, List<Observation> rows) {
    List<Caveat> found =
        Caveats.of(Observations.of(rows), 5).stream()
            .filter(caveat -> caveat.kind() == kind)
            .toList();
    assertEquals(1, found.size());
    return found.get(0);
  }
}
