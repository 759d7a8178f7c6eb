// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;

/**
 * Healthy runs with a restless gradient norm.
 *
 * <p><b>Source.</b> In public logs the norm scatters by 3 to 25 %, in some by 32 to 44 %. Of 1,000
 * rows 5 to 50 are above 5 times that scatter; the largest is usually 2 to 40 times its
 * surroundings.
 */
final class Gradients {
  private Gradients() {}

  /** Log-normal scatter of 10 to 50 %, and 1 to 20 spikes of 3 to 30 times in 1,000 rows. */
  static void spiky(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.usual(sketch);
    double scatter = draw.logUniform(0.1, 0.5);
    sketch.norms(draw.logUniform(0.1, 3), draw.uniform(0, 5), sketch.rows() / 30.0, scatter);
    spikes(sketch, draw.logUniform(0.001, 0.02), 30)
        .noise(Language.tails(draw), Language.moderate(draw));
  }

  /** Multiplies the norm of single rows by 1.5 or more. */
  static Sketch spikes(Sketch sketch, double often, double highest) {
    for (int i = 0; i < sketch.rows(); i++) {
      if (sketch.draw.chance(often)) {
        sketch.norm[i] *= sketch.draw.logUniform(Math.min(3, highest / 3), highest);
      }
    }
    return sketch;
  }

  /**
   * 1 to 10 single rows in 1,000, at least one, have a gradient norm of infinity; half of the runs
   * send no loss.
   */
  static void skipped(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.usual(sketch).noise(Language.tails(draw), Language.moderate(draw));
    double often = draw.logUniform(0.001, 0.01);
    boolean unsent = draw.chance(0.5);
    boolean reported = draw.chance(0.3);
    sketch.nonFinite = draw.of(Sketch.NonFinite.values());
    sketch.config.put("precision", "float16");
    int certain = sketch.within(0.2, 0.8);
    for (int i = 1; i < sketch.rows(); i++) {
      // a loss scale that starts too high is halved in the first rows
      boolean first = i < 20 && draw.chance(0.1);
      if ((i == certain || first || draw.chance(often)) && Double.isFinite(sketch.norm[i - 1])) {
        sketch.norm[i] = Double.POSITIVE_INFINITY;
        sketch.unsent.set(i, unsent);
        sketch.skipped.set(i, reported);
      }
    }
  }
}
