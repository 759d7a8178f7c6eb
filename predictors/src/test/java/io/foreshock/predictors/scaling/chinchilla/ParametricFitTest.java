// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParametricFitTest {
  private static final LossSurface TRUE = MadeRows.BESIROGLU;
  private static final Pieces AT_ONCE =
      (count, piece) -> IntStream.range(0, count).parallel().forEach(piece);

  @Test
  void recoversASurfaceWithoutNoiseToTheLastDigits() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 80, 0, 1));
    ParametricFit fit = ParametricFit.of(rows, AT_ONCE);
    assertEquals(0, fit.objective(), 1e-15);
    assertEquals(TRUE.E(), fit.surface().E(), 1e-6);
    assertEquals(TRUE.A(), fit.surface().A(), 1e-2);
    assertEquals(TRUE.B(), fit.surface().B(), 1e-1);
    assertEquals(TRUE.alpha(), fit.surface().alpha(), 1e-6);
    assertEquals(TRUE.beta(), fit.surface().beta(), 1e-6);
  }

  @Test
  void recoversTheExponentsOf240NoisyRowsWithinThreeStandardErrors() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 240, 0.006, 2));
    ParametricFit fit = ParametricFit.of(rows, AT_ONCE);
    Bootstrap<LossSurface> bootstrap = fit.bootstrap(rows, 150, 3, AT_ONCE);
    assertEquals(0, bootstrap.failed());
    Spread a = bootstrap.spread(LossSurface::a);
    assertTrue(a.standardError() > 0.002 && a.standardError() < 0.03, a.toString());
    assertEquals(TRUE.a(), fit.surface().a(), 3 * a.standardError());
    assertEquals(
        TRUE.alpha(),
        fit.surface().alpha(),
        3 * bootstrap.spread(LossSurface::alpha).standardError());
    assertEquals(
        TRUE.beta(), fit.surface().beta(), 3 * bootstrap.spread(LossSurface::beta).standardError());
    assertTrue(a.low() < fit.surface().a() && fit.surface().a() < a.high(), a.toString());
  }

  @Test
  void noSurfaceNearbyFitsBetter() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 60, 0.01, 4));
    ParametricFit fit = ParametricFit.of(rows, Pieces.IN_TURN);
    LossSurface s = fit.surface();
    assertEquals(fit.objective(), ParametricFit.objective(rows, s), 1e-12);
    for (double factor : new double[] {0.999, 1.001}) {
      for (LossSurface near :
          List.of(
              new LossSurface(s.E() * factor, s.A(), s.B(), s.alpha(), s.beta()),
              new LossSurface(s.E(), s.A() * factor, s.B(), s.alpha(), s.beta()),
              new LossSurface(s.E(), s.A(), s.B() * factor, s.alpha(), s.beta()),
              new LossSurface(s.E(), s.A(), s.B(), s.alpha() * factor, s.beta()),
              new LossSurface(s.E(), s.A(), s.B(), s.alpha(), s.beta() * factor))) {
        assertTrue(ParametricFit.objective(rows, near) > fit.objective(), near.toString());
      }
    }
    assertTrue(ParametricFit.objective(rows, TRUE) > fit.objective());
  }

  @Test
  void whoRunsThePiecesDoesNotMatter() {
    Observations rows = Observations.of(MadeRows.around(TRUE, 30, 0.01, 5));
    Pieces backwards =
        (count, piece) -> {
          for (int i = count - 1; i >= 0; i--) {
            piece.accept(i);
          }
        };
    ParametricFit fit = ParametricFit.of(rows, backwards);
    assertEquals(ParametricFit.of(rows, AT_ONCE), fit);
    assertEquals(fit.bootstrap(rows, 20, 7, AT_ONCE), fit.bootstrap(rows, 20, 7, backwards));
    assertTrue(!fit.bootstrap(rows, 20, 8, AT_ONCE).equals(fit.bootstrap(rows, 20, 7, AT_ONCE)));
  }

  @Test
  void countsDrawsThatCannotBeFitted() {
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double parameters = 1e7 * Math.pow(10, i);
        double tokens = 1e9 * Math.pow(10, j);
        rows.add(
            new Observation(rows.size() + 1, parameters, tokens, TRUE.loss(parameters, tokens)));
      }
    }
    Observations data = Observations.of(rows);
    ParametricFit fit = ParametricFit.of(data, AT_ONCE);
    Bootstrap<LossSurface> bootstrap = fit.bootstrap(data, 200, 1, AT_ONCE);
    assertEquals(200, bootstrap.failed() + bootstrap.fits().size());
    assertTrue(bootstrap.failed() > 0, "draws of one size or length are among 200");
    assertTrue(
        Caveats.of(bootstrap).orElseThrow().message().startsWith(bootstrap.failed() + " of"));
  }

  @Test
  void refusesWhatCannotTellTheSurface() {
    List<Observation> few = MadeRows.around(TRUE, 5, 0, 1);
    assertEquals("rows: 5 of them: expected at least 6", message(few));
    List<Observation> oneSize = new ArrayList<>();
    List<Observation> rising = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      oneSize.add(new Observation(i + 2, 1e7, 1e9 * (i + 1), 4 - 0.1 * i));
      double parameters = 1e7 * Math.pow(2, i);
      double tokens = 1e9 * Math.pow(2, i % 3);
      rising.add(
          new Observation(i + 2, parameters, tokens, 2 + 0.1 * i + 5 * Math.pow(tokens, -0.05)));
    }
    assertEquals("parameters: 1 different: expected at least 3 sizes", message(oneSize));
    assertEquals(
        "loss: does not fall with both parameters and tokens: expected it to", message(rising));
  }

  private static String message(List<Observation> rows) {
    return assertThrows(FitException.class, () -> ParametricFit.of(Observations.of(rows), AT_ONCE))
        .getMessage();
  }
}
