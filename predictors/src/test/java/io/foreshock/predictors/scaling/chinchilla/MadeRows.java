// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows made from a surface that is known. */
final class MadeRows {
  /** Besiroglu et al. 2024, as published. */
  static final LossSurface BESIROGLU = new LossSurface(1.8172, 482.01, 2085.43, 0.3478, 0.3658);

  /** Hoffmann et al. 2022, eq. 10. */
  static final LossSurface HOFFMANN = new LossSurface(1.69, 406.4, 410.7, 0.34, 0.28);

  private MadeRows() {}

  /**
   * Spread like Hoffmann's 240 runs: 57 M to 16 B parameters, C about the optimum.
   *
   * @param noise standard deviation of ln L
   */
  static List<Observation> around(LossSurface surface, int count, double noise, long seed) {
    Random random = new Random(seed);
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double parameters = 57e6 * Math.pow(16.2e9 / 57e6, random.nextDouble());
      double tokens = parameters * Math.pow(10, 0.4 + 2 * random.nextDouble());
      double loss = surface.loss(parameters, tokens) * Math.exp(noise * random.nextGaussian());
      rows.add(new Observation(i + 1, parameters, tokens, loss));
    }
    return rows;
  }

  /** Nine budgets of 6e18 to 3e21 FLOPs, each with 15 sizes up to a factor about the optimum. */
  static List<Observation> isoFlops(LossSurface surface, double factor) {
    List<Observation> rows = new ArrayList<>();
    for (int budget = 0; budget < 9; budget++) {
      double flops = 6e18 * Math.pow(500, budget / 8.0);
      double best = surface.optimal(flops).parameters();
      for (int i = 0; i < 15; i++) {
        double parameters = best * Math.pow(factor, i / 7.0 - 1);
        double tokens = flops / (6 * parameters);
        rows.add(
            new Observation(rows.size() + 1, parameters, tokens, surface.loss(parameters, tokens)));
      }
    }
    return rows;
  }
}
