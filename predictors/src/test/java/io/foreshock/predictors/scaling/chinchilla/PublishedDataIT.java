// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Against the points of Hoffmann's figure 4 as Besiroglu et al. 2024 read them off, which carry no
 * licence to be copied here: {@code -Dfs.chinchilla.csv=FILE}, the {@code
 * data/svg_extracted_data.csv} of epoch-research/analyzing-chinchilla. Expected numbers: papers.md
 * §8 items 3 and 4.
 */
class PublishedDataIT {
  private static final String PROPERTY = "fs.chinchilla.csv";
  private static final Pieces AT_ONCE =
      (count, piece) -> IntStream.range(0, count).parallel().forEach(piece);

  private static Observations all;

  @BeforeAll
  static void read() throws IOException {
    String file = System.getProperty(PROPERTY);
    assumeTrue(file != null, "-D" + PROPERTY + "=FILE is not given");
    List<String> lines = Files.readAllLines(Path.of(file));
    List<String> header = Arrays.asList(lines.get(0).split(","));
    List<Observation> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",");
      double parameters = Double.parseDouble(cells[header.indexOf("Model Size")]);
      double flops = Double.parseDouble(cells[header.indexOf("Training FLOP")]);
      double loss = Double.parseDouble(cells[header.indexOf("loss")]);
      rows.add(new Observation(i + 1, parameters, flops / (6 * parameters), loss));
    }
    all = Observations.of(rows);
  }

  @Test
  void findsTheMinimumOnThe240Points() {
    Observations rows = all.withoutHighest(5);
    ParametricFit fit = ParametricFit.of(rows, AT_ONCE);
    assertEquals(240, fit.rows());
    assertEquals(0.00101827, fit.objective(), 1e-7);
    assertEquals(477.8, fit.surface().A(), 4.8);
    assertEquals(2143, fit.surface().B(), 43);
    assertEquals(1.8172, fit.surface().E(), 1e-3);
    assertEquals(0.3473, fit.surface().alpha(), 1e-3);
    assertEquals(0.3672, fit.surface().beta(), 1e-3);
    // the row as printed (its estimate unrounded: 0.00101883), and Hoffmann's two, by the same sum
    assertEquals(0.00102284, ParametricFit.objective(rows, MadeRows.BESIROGLU), 1e-8);
    assertEquals(0.0041210, ParametricFit.objective(rows, MadeRows.HOFFMANN), 1e-6);
    LossSurface unrounded =
        new LossSurface(
            Math.exp(0.5267228), Math.exp(6.0073404), Math.exp(6.0179186), 0.33917084, 0.2849083);
    assertEquals(0.0012312, ParametricFit.objective(rows, unrounded), 1e-6);
    // the published row, within its standard errors
    assertEquals(0.34781, fit.surface().alpha(), 0.0154);
    assertEquals(0.36585, fit.surface().beta(), 0.0206);
    assertEquals(0.5126, fit.surface().a(), 0.020);
  }

  @Test
  void fivePointsMoveTheExponent() {
    ParametricFit fit = ParametricFit.of(all, AT_ONCE);
    assertEquals(245, fit.rows());
    assertEquals(0.565, fit.surface().a(), 1e-3);
    assertEquals(12_846, fit.surface().B(), 130);
    List<Caveat> caveats = Influence.of(all, fit, AT_ONCE).caveats(fit.surface().a());
    assertTrue(
        caveats.stream().anyMatch(c -> c.message().startsWith("without the highest 5 losses")),
        caveats.toString());
  }

  @Test
  @Tag("slow")
  void standardErrorsOf4000RefitsAreThePublishedOnes() {
    Observations rows = all.withoutHighest(5);
    Bootstrap<LossSurface> bootstrap =
        ParametricFit.of(rows, AT_ONCE).bootstrap(rows, 4000, 42, AT_ONCE);
    assertEquals(0, bootstrap.failed());
    assertEquals(0.0154, bootstrap.spread(LossSurface::alpha).standardError(), 0.00154);
    assertEquals(0.0206, bootstrap.spread(LossSurface::beta).standardError(), 0.00206);
    assertEquals(0.020, bootstrap.spread(LossSurface::a).standardError(), 0.0020);
  }
}
