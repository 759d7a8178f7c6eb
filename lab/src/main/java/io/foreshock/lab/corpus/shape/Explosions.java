// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;
import java.util.Arrays;

/**
 * Sick runs whose loss rises.
 *
 * <p><b>Source.</b> Public logs of failures: 6, 53, 940, 5e36, NaN in ten steps (an issue of
 * Deeplab); 0.5, then 55 to 205 (LightningDOT); 1.4, 3.3, 6.4 in sparse rows (MLX); 1.79 to 5.91
 * and back after 1,100 steps (algoperf); BLOOM's gradient norms of 0.24, 0.95, 2.4, 16, 145, 960
 * before a spike.
 */
final class Explosions {
  /** The highest loss that a float can hold, about. */
  private static final double HIGHEST = 1e38;

  private Explosions() {}

  static void early(Sketch sketch) {
    sketch.size(sketch.some(60, 400), 1);
    int row = sketch.draw.integer(3, 20) - 1;
    explode(usual(sketch), row, sketch.draw.logUniform(1.2, 10)).sudden(row);
  }

  static void late(Sketch sketch) {
    sketch.size(sketch.some(300, 3000), 1);
    int row = sketch.within(0.3, 0.9);
    explode(usual(sketch), row, sketch.draw.logUniform(1.2, 10)).sudden(row);
  }

  static void sparse(Sketch sketch) {
    sketch.size(sketch.some(60, 400), sketch.draw.of(10, 25, 50, 100, 500));
    int row = sketch.within(0.1, 0.9);
    explode(usual(sketch), row, sketch.draw.logUniform(1.5, 10)).sudden(row);
  }

  static void shortRun(Sketch sketch) {
    sketch.size(sketch.draw.integer(20, 60), sketch.draw.of(1, 1, 10, 100));
    int row = sketch.draw.integer(8, sketch.rows() - 6);
    explode(usual(sketch), row, sketch.draw.logUniform(1.3, 10)).sudden(row);
  }

  /**
   * The loss explodes that is a preference, a policy loss, a regression, a sum, or of few examples.
   */
  static void other(Sketch sketch) {
    switch (sketch.draw.integer(1, 5)) {
      case 1 -> Objectives.preference(sketch);
      case 2 -> Objectives.policy(sketch);
      case 3 -> Objectives.regression(sketch);
      case 4 -> Objectives.summed(sketch);
      default -> Objectives.fineTuning(sketch);
    }
    int row = Math.max(20, sketch.within(0.3, 0.9));
    double level = Arrays.stream(sketch.loss, row - 20, row).map(Math::abs).average().orElse(1);
    rise(sketch, row, level, sketch.draw.logUniform(1.5, 10)).sudden(row);
  }

  /** The norm rises by 2 to 100 times in 20 to 300 rows; then the loss explodes. */
  static void ramp(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(500, 3000), 1);
    usual(sketch);
    int length = sketch.some(20, 300);
    int row = Math.max(length + 30, sketch.within(0.3, 0.9));
    double rise = draw.logUniform(2, 100);
    for (int i = row - length; i < sketch.rows(); i++) {
      double share = Math.min(1, (i - row + length) / (double) length);
      sketch.norm[i] *= StrictMath.pow(rise, share);
    }
    explode(sketch, row, draw.logUniform(1.1, 3)).predictable(row, row - length);
  }

  /** The loss is multiplied by 1.3 to 4 for good, and by no less than 6 times the noise. */
  static void jumpStays(Sketch sketch) {
    sketch.size(sketch.some(300, 3000), sketch.draw.of(1, 1, 1, 100));
    int row = sketch.within(0.2, 0.9);
    jump(sketch, row, sketch.rows() - row, false).sudden(row);
  }

  /** The loss is multiplied by 1.3 to 4, and returns at once or gradually. */
  static void jumpReturns(Sketch sketch) {
    sketch.size(sketch.some(300, 3000), sketch.draw.of(1, 1, 1, 100));
    int row = sketch.within(0.2, 0.8);
    jump(sketch, row, sketch.some(5, 1000), sketch.draw.chance(0.5)).sudden(row);
  }

  private static Sketch jump(Sketch sketch, int row, int length, boolean fades) {
    Draw draw = sketch.draw;
    Language.scheduled(sketch, Language.anySchedule(draw), 1, 0.06, 10);
    double deviation = Language.moderate(draw);
    // above the noise, or it would be no jump
    double height = draw.logUniform(Math.max(1.3, StrictMath.exp(6 * deviation)), 4) - 1;
    double norms = draw.logUniform(1, 10);
    for (int i = row; i < Math.min(sketch.rows(), row + length); i++) {
      double left = fades ? StrictMath.exp(-3.0 * (i - row) / length) : 1;
      sketch.loss[i] *= 1 + height * left;
      sketch.norm[i] *= 1 + (norms - 1) * left;
    }
    sketch.traits.put(
        "returns", fades ? "gradually" : row + length < sketch.rows() ? "at-once" : "no");
    return sketch.noise(Language.tails(draw), deviation);
  }

  /**
   * The loss rises by 1 to 5 % in 100 rows until the end. The onset is where it is 10 % above the
   * level that it had before.
   */
  static void slowRise(Sketch sketch) {
    Draw draw = sketch.draw;
    double speed = draw.logUniform(1.01, 1.05);
    int rise = (int) (100 * StrictMath.log(draw.uniform(1.2, 1.8)) / StrictMath.log(speed));
    int row = sketch.some(300, 1500);
    sketch.size(row + rise, 1);
    usual(sketch);
    double norms = draw.logUniform(1, 3);
    double level = sketch.loss[row];
    for (int i = row; i < sketch.rows(); i++) {
      sketch.loss[i] = level * StrictMath.pow(speed, (i - row) / 100.0);
      sketch.norm[i] *= StrictMath.pow(norms, (i - row) / (double) rise);
    }
    int onset = row + (int) Math.ceil(100 * StrictMath.log(1.1) / StrictMath.log(speed));
    sketch.noise(Language.tails(draw), draw.logUniform(0.005, 0.03));
    sketch.predictable(onset, row);
  }

  /** Curve and gradient norm of a run that has its size, without noise. */
  static Sketch usual(Sketch sketch) {
    return Language.scheduled(sketch, Language.anySchedule(sketch.draw), 1, 0.06, 10);
  }

  /** Adds noise to a run and lets its loss explode. */
  private static Sketch explode(Sketch sketch, int row, double factor) {
    sketch.noise(Language.tails(sketch.draw), sketch.draw.logUniform(0.006, 0.1));
    return rise(sketch, row, sketch.loss[row - 1], factor);
  }

  /**
   * Multiplies the loss by a factor in each row, until it is 3 to 300 times as high. Then it stays,
   * or is NaN. A quarter of the runs continues to infinity.
   *
   * @param level loss before the row
   */
  private static Sketch rise(Sketch sketch, int row, double level, double factor) {
    Draw draw = sketch.draw;
    double limit = draw.chance(0.25) ? HIGHEST : draw.logUniform(3, 300);
    boolean ends = limit == HIGHEST || draw.chance(0.3);
    double normLimit = draw.logUniform(1, 1000);
    Noise noise = new Noise(draw, Tails.GAUSSIAN, 0);
    double height = 1;
    for (int i = row; i < sketch.rows(); i++) {
      boolean reached = height >= limit;
      height = Math.min(limit, height * factor);
      double scatter = StrictMath.exp((reached ? 0.1 : 0.03) * noise.next());
      sketch.loss[i] = reached && ends ? Double.NaN : level * height * scatter;
      sketch.norm[i] = reached && ends ? Double.NaN : sketch.norm[i] * Math.min(height, normLimit);
    }
    sketch.nonFinite = draw.of(Sketch.NonFinite.TEXT, Sketch.NonFinite.COUNTED);
    return sketch;
  }
}
