// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreshock.predictors.scaling.chinchilla.PowerLawFit.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Against the best sizes of Porian et al. 2024, formll/resolving-scaling-law-discrepancies: {@code
 * -Dfs.porian.csv=FILE} with a header and {@code configuration,flops,parameters}, one row for each
 * row of {@code optimal_pairs} that has an {@code n} in {@code data/summary_df.pickle.xz} and
 * {@code summary_df_owt2.pickle.xz}; a configuration is its dataset, hparams, warmup, decay,
 * param_count and val, joined by hyphens. Expected: papers.md §4.3, which weighs budgets by their
 * noise; here all weigh the same.
 */
class PorianIT {
  private static final String PROPERTY = "fs.porian.csv";
  private static final double WITHIN = 0.01;

  private static final Map<String, Double> EXPONENTS =
      Map.of(
          "rw-base-long-kaplan-kaplan-train", 0.835,
          "rw-base-long-kaplan-standard-val", 0.706,
          "rw-base-short-kaplan-standard-val", 0.602,
          "rw-base-short-chinchilla-standard-val", 0.571,
          "rw-tuned-short-const-standard-val", 0.497,
          "owt2-base-long-kaplan-kaplan-train", 0.864,
          "owt2-base-long-kaplan-standard-val", 0.699,
          "owt2-base-short-kaplan-standard-val", 0.603,
          "owt2-base-short-chinchilla-standard-val", 0.574,
          "owt2-tuned-short-const-standard-val", 0.518);

  @Test
  void theExponentsOfAllStepsBetweenKaplanAndChinchillaAreFound() throws IOException {
    String file = System.getProperty(PROPERTY);
    assumeTrue(file != null, "-D" + PROPERTY + "=FILE is not given");
    Map<String, List<Point>> minima = new TreeMap<>();
    List<String> lines = Files.readAllLines(Path.of(file));
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",");
      minima
          .computeIfAbsent(cells[0], configuration -> new ArrayList<>())
          .add(new Point(i + 1, Double.parseDouble(cells[1]), Double.parseDouble(cells[2])));
    }
    EXPONENTS.forEach(
        (configuration, a) ->
            assertEquals(
                a,
                -PowerLawFit.of(minima.get(configuration), false, "x", "y").law().alpha(),
                WITHIN,
                configuration));
  }
}
