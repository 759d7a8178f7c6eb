// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;

/**
 * Runs with evaluations.
 *
 * <p><b>Source.</b> In the public logs that have them (cs336, cs182, llm.c, Hugging Face) a run has
 * 4 to 130 evaluations. Those of one fixed set scatter by 0.1 to 0.5 %, those of a few random
 * batches by up to 3 %. Over-fitting is that of small sets and several epochs.
 */
final class Evaluated {
  private Evaluated() {}

  static void healthy(Sketch sketch) {
    begin(sketch, sketch.draw.chance(0.2));
    evaluate(sketch, Integer.MAX_VALUE, 0, 1);
  }

  /** The loss rises by 5 to 60 % in the rest of the run. */
  static void overfits(Sketch sketch) {
    begin(sketch, false);
    int row = sketch.within(0.3, 0.6);
    evaluate(sketch, row, sketch.draw.logUniform(0.05, 0.6), 1);
    sketch.sudden(row);
  }

  static void jumps(Sketch sketch) {
    begin(sketch, false);
    int row = sketch.within(0.4, 0.8);
    evaluate(sketch, row, 0, 1 + sketch.draw.logUniform(0.04, 0.3));
    sketch.sudden(row);
  }

  private static void begin(Sketch sketch, boolean restarts) {
    if (restarts) {
      Language.restarts(sketch);
    } else {
      sketch.size(sketch.some(300, 5000), sketch.draw.of(1, 1, 10, 100));
      Explosions.usual(sketch);
      sketch.noise(Language.tails(sketch.draw), Language.moderate(sketch.draw));
    }
  }

  /**
   * Adds one to three evaluations, 6 to 120 times in the run, near the smoothed training loss.
   *
   * @param rises row from which on the first evaluation rises
   * @param rise by which share it rises until the end
   * @param jump factor by which it jumps there
   */
  private static void evaluate(Sketch sketch, int rises, double rise, double jump) {
    Draw draw = sketch.draw;
    int every = Math.max(1, sketch.rows() / sketch.some(6, 120));
    int names = draw.integer(1, 3);
    double[] away = new double[names];
    double[] scatter = new double[names];
    for (int n = 0; n < names; n++) {
      away[n] = draw.uniform(-0.1, 0.3);
      scatter[n] = draw.logUniform(0.001, 0.03);
    }
    if (rises < sketch.rows()) {
      scatter[0] = Math.min(scatter[0], Math.max(jump - 1, rise) / 8);
    }
    double smooth = sketch.loss[0];
    double worst = 0;
    for (int i = 0; i < sketch.rows(); i++) {
      smooth += (sketch.loss[i] - smooth) / Math.min(i + 1, 25);
      if (i == rises) {
        worst = smooth;
      }
      if (i % every != every - 1) {
        continue;
      }
      for (int n = 0; n < names; n++) {
        double level = smooth;
        if (n == 0 && i >= rises) {
          double since = (i - rises) / (double) (sketch.rows() - rises);
          level = rise > 0 ? worst * (1 + rise * since) : smooth * jump;
        }
        double noise = StrictMath.exp(scatter[n] * draw.gaussian());
        sketch.evaluations.add(
            new Sketch.Evaluation(i, "set" + n, level * StrictMath.exp(away[n]) * noise));
      }
    }
    sketch.traits.put("evaluations", Integer.toString(sketch.rows() / every));
  }
}
