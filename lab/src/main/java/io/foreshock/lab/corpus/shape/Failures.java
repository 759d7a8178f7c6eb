// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Sketch.NonFinite;
import java.util.Arrays;
import java.util.Locale;

/**
 * Sick runs in which a value is not finite or exactly 0, and runs that never learn.
 *
 * <p><b>Source.</b> Public issues: NaN from row 9 or row 10 of the log on; a loss of 0.0 with a
 * norm of NaN in fp16, as the Hugging Face trainer logs it (ModernBERT); a cross-entropy of exactly
 * 0 after 2.70 (LLaMA-Factory); gradients of exactly 0 (ms-swift); twelve overflows in a row
 * (fairseq). algoperf's translation runs that never learn stay above 5.
 */
final class Failures {
  private Failures() {}

  static void nanEarly(Sketch sketch) {
    sketch.size(sketch.some(30, 200), sketch.draw.of(1, 1, 10));
    nan(sketch, sketch.draw.integer(2, 10) - 1);
  }

  static void nanLate(Sketch sketch) {
    sketch.size(sketch.some(100, 2000), sketch.draw.of(1, 1, 10, 100));
    nan(sketch, sketch.within(0.3, 0.9));
  }

  /** Loss and norm are NaN for good: as text, left out and counted, or left out. */
  private static void nan(Sketch sketch, int row) {
    noisy(sketch);
    sketch.nonFinite = sketch.draw.of(NonFinite.values());
    sketch.traits.put("nan", sketch.nonFinite.name().toLowerCase(Locale.ROOT));
    Arrays.fill(sketch.loss, row, sketch.rows(), Double.NaN);
    Arrays.fill(sketch.norm, row, sketch.rows(), Double.NaN);
    sketch.sudden(row);
  }

  static void zeroLossNanNorm(Sketch sketch) {
    int row = begun(sketch);
    sketch.nonFinite = sketch.draw.of(NonFinite.TEXT, NonFinite.TEXT, NonFinite.COUNTED);
    sketch.config.put("precision", "float16");
    Arrays.fill(sketch.loss, row, sketch.rows(), 0);
    Arrays.fill(sketch.norm, row, sketch.rows(), Double.NaN);
    sketch.sudden(row);
  }

  static void zeroLoss(Sketch sketch) {
    int row = begun(sketch);
    Arrays.fill(sketch.loss, row, sketch.rows(), 0);
    Arrays.fill(sketch.norm, row, sketch.rows(), 0);
    sketch.sudden(row);
  }

  /** The norm is 0 and the loss stays where it is. */
  static void zeroNorm(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(60, 1500), draw.of(1, 1, 10));
    Explosions.usual(sketch);
    int row = Math.max(1, sketch.within(0, 0.8));
    Arrays.fill(sketch.loss, row, sketch.rows(), sketch.loss[row]);
    Arrays.fill(sketch.norm, row, sketch.rows(), 0);
    sketch.noise(Language.tails(draw), Language.moderate(draw)).sudden(row);
  }

  /** 6 to 60 rows without a loss; half of the runs continue afterwards. */
  static void overflow(Sketch sketch) {
    int row = begun(sketch);
    int end = Math.min(sketch.rows(), row + sketch.some(6, 60));
    sketch.nonFinite = sketch.draw.of(NonFinite.TEXT, NonFinite.COUNTED);
    sketch.config.put("precision", "float16");
    sketch.unsent.set(row, end);
    Arrays.fill(sketch.norm, row, end, Double.POSITIVE_INFINITY);
    if (sketch.draw.chance(0.5)) {
      sketch.cut(end);
    }
    sketch.sudden(row);
  }

  /**
   * The loss stays at ln(vocabulary), or at twice the level of its siblings or more. The onset is
   * where a healthy run of the same kind is a fifth lower.
   */
  static void neverLearns(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(200, 2000), draw.of(1, 1, 10, 100));
    Explosions.usual(sketch);
    double start = sketch.loss[0];
    double stays = draw.chance(0.5) ? start : sketch.loss[sketch.rows() - 1] * draw.uniform(2, 2.6);
    int onset = -1;
    double norms = draw.chance(0.5) ? draw.logUniform(1e-4, 1e-2) : draw.logUniform(10, 1e3);
    for (int i = 0; i < sketch.rows(); i++) {
      double sibling = sketch.loss[i];
      sketch.loss[i] = Math.max(sibling, Math.min(stays, start));
      sketch.norm[i] *= norms;
      if (onset < 0 && sibling < 0.8 * sketch.loss[i]) {
        onset = i;
      }
    }
    sketch.traits.put("stays", stays >= start ? "at-start" : "above-siblings");
    sketch.noise(Language.tails(draw), draw.logUniform(0.003, 0.03));
    sketch.predictable(onset < 0 ? sketch.rows() - 1 : onset, 0);
  }

  /** A run with noise whose trouble begins at the returned row. */
  private static int begun(Sketch sketch) {
    sketch.size(sketch.some(60, 1500), sketch.draw.of(1, 1, 10));
    noisy(sketch);
    return Math.max(1, sketch.within(0.02, 0.9));
  }

  private static void noisy(Sketch sketch) {
    Explosions.usual(sketch).noise(Language.tails(sketch.draw), Language.moderate(sketch.draw));
  }
}
