// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.Locale;

/**
 * Runs that report the health of their optimizer: loss scale, skipped steps, norm of the
 * parameters.
 *
 * <p><b>Source.</b> PyTorch's GradScaler and Megatron double the scale every 2,000 or 1,000 steps
 * and halve it at an overflow; they begin at 2^16 or 2^32. metaseq's least scale is 2^−13. Norms: a
 * random walk grows like √t, updates that agree like t, and weight decay leads to an equilibrium
 * (Kosson et al. 2024). No public log at hand has enough of them; levels and rates are our own.
 */
final class Optimization {
  private Optimization() {}

  static void fp16(Sketch sketch) {
    Draw draw = sketch.draw;
    begin(sketch, sketch.some(500, 12_000), draw.of(1, 1, 1, 10, 100));
    scale(sketch, draw.of(1000, 2000), Integer.MAX_VALUE, 0, draw.chance(0.2));
  }

  /** From a row on the scale is halved every 1 to 300 steps, until it is 1 or less. */
  static void scaleCollapses(Sketch sketch) {
    Draw draw = sketch.draw;
    begin(sketch, sketch.some(1500, 6000), draw.of(1, 1, 10));
    int row = sketch.within(0.4, 0.7);
    scale(sketch, draw.of(1000, 2000), row, draw.logUniform(1, 300), draw.chance(0.2));
    sketch.sudden(row);
  }

  /** From a row on a share of the steps is skipped, at a scale that stays within a few octaves. */
  static void skipsMany(Sketch sketch) {
    Draw draw = sketch.draw;
    begin(sketch, sketch.some(1500, 6000), draw.of(1, 1, 10));
    double often = draw.logUniform(0.08, 0.6);
    int row = sketch.within(0.4, 0.8);
    double[] skipped = scale(sketch, 2000, Integer.MAX_VALUE, 0, false);
    for (int i = row; i < sketch.rows(); i++) {
      skipped[i] = 0;
      for (int k = 0; k < sketch.every(); k++) {
        skipped[i] += draw.chance(often) ? 1 : 0;
      }
    }
    sketch.traits.put("skips", String.format(Locale.ROOT, "%.2f", often));
    sketch.sudden(row);
  }

  static void normGrows(Sketch sketch) {
    Draw draw = sketch.draw;
    begin(sketch, sketch.some(300, 6000), draw.of(1, 1, 10, 100));
    norm(sketch, Integer.MAX_VALUE, 0);
  }

  /** From a row on the norm grows by a factor of e in 5 to 50 % of the run. */
  static void normRunsAway(Sketch sketch) {
    Draw draw = sketch.draw;
    begin(sketch, sketch.some(1500, 6000), draw.of(1, 1, 10));
    int row = sketch.within(0.3, 0.6);
    norm(sketch, row, sketch.rows() * draw.logUniform(0.05, 0.5));
    sketch.sudden(row);
  }

  private static void begin(Sketch sketch, int rows, long every) {
    sketch.size(rows, every);
    Explosions.usual(sketch);
    sketch.noise(Language.tails(sketch.draw), Language.moderate(sketch.draw));
  }

  /**
   * Steps the scaler through every step of the run, also those between two rows; returns the
   * skipped steps of each row, or their total.
   */
  private static double[] scale(
      Sketch sketch, int growEvery, int falls, double stepsPerHalving, boolean total) {
    Draw draw = sketch.draw;
    double octaves = draw.of(16.0, 16.0, 32.0);
    double centre = draw.uniform(8, 20);
    double fits = centre;
    boolean reported = draw.chance(0.5);
    double[] scale = sketch.more(Signal.LOSS_SCALE);
    double[] skipped = sketch.more(Signal.SKIPPED);
    sketch.config.put("precision", "float16");
    int good = 0;
    double all = 0;
    for (int i = 0; i < sketch.rows(); i++) {
      double skips = 0;
      for (long k = 0; k < sketch.every(); k++) {
        centre -= i >= falls ? 1 / stepsPerHalving : 0;
        fits += (i >= falls ? 1 : 0.002) * (centre - fits) + 0.03 * draw.gaussian();
        boolean overflow = octaves > fits + 0.3 * draw.gaussian() || draw.chance(1e-4);
        if (overflow && octaves > -13) {
          octaves--;
          skips++;
          good = 0;
        } else if (++good >= growEvery) {
          octaves++;
          good = 0;
        }
      }
      all += skips;
      scale[i] = StrictMath.pow(2, octaves);
      skipped[i] = total ? all : skips;
      if (reported && skips >= sketch.every()) {
        sketch.norm[i] = Double.POSITIVE_INFINITY;
        sketch.nonFinite = Sketch.NonFinite.COUNTED;
      }
    }
    sketch.traits.put("skipped", total ? "total" : "per-line");
    return skipped;
  }

  private static void norm(Sketch sketch, int runsAway, double rowsPerE) {
    Draw draw = sketch.draw;
    double first = draw.logUniform(20, 500);
    double last = draw.logUniform(1.05, 6);
    int form = draw.integer(1, 4);
    double noise = draw.of(0.0, 1e-4, 1e-3);
    double[] norm = sketch.more(Signal.PARAM_NORM);
    double peak = Arrays.stream(sketch.rate).max().orElse(1);
    double time = 0;
    double decayed = 0;
    for (int i = 0; i < sketch.rows(); i++) {
      double share = sketch.rate[i] / peak;
      time += share / sketch.rows();
      // weight decay: the square goes to an equilibrium in proportion to the learning rate
      decayed += (share - decayed) * share * 8 / sketch.rows();
      double grown =
          switch (form) {
            case 1 -> StrictMath.sqrt(1 + (last * last - 1) * time);
            case 2 -> 1 + (last - 1) * time;
            case 3 -> StrictMath.sqrt(1 + (last * last - 1) * decayed);
            default -> StrictMath.sqrt(1 + (last - 1) * (last - 1) * time * time);
          };
      double away = i >= runsAway ? StrictMath.exp((i - runsAway) / rowsPerE) : 1;
      norm[i] = first * grown * away * (1 + noise * draw.gaussian());
    }
    sketch.traits.put("norm", new String[] {"random-walk", "agrees", "decays", "turns"}[form - 1]);
  }
}
