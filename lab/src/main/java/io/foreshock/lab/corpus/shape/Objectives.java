// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;

/**
 * Healthy runs whose loss is not the cross-entropy of a large corpus.
 *
 * <p><b>Source.</b> Fine-tuning: noise of 7 % (mistral-translator) and 16 % (MetaMath). Preference
 * tuning with one or two pairs a batch: 28 % (LLaMA-Factory). Summed heads: 24.8 to 3.7 with noise
 * of 3 %, norms with spikes of 17 times. Flow matching: 0.055 to 0.02. A model learned by heart:
 * 3.6 to 0.0005 with noise of 33 %. Over-fitted characters: 4.4 to 0.06 nats with jumps every 80
 * rows. The policy loss and the adversarial pair follow what users of such trainers describe.
 */
final class Objectives {
  private static final double LN_2 = StrictMath.log(2);

  private Objectives() {}

  /** ln 2 falling to 0.2 to 0.6, with noise of 10 to 35 %. */
  static void preference(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(100, 2000), draw.of(1, 1, 5, 10));
    schedule(sketch, "preference", draw.logUniform(1e-7, 1e-5));
    double fall = sketch.rows() / draw.logUniform(1.5, 10);
    sketch.curve(LN_2, draw.uniform(0.2, 0.6), fall, 2, 0, 1);
    sketch.norms(draw.logUniform(1, 50), 0, 1, draw.uniform(0.2, 0.45));
    sketch.noise(Tails.GAUSSIAN, draw.uniform(0.1, 0.35));
  }

  /** Cross-entropy of few examples a batch: 1.2 to 3.5, falling to 0.3 to 1, noise of 6 to 40 %. */
  static void fineTuning(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(100, 2500), draw.of(1, 1, 5, 10));
    schedule(sketch, "cross_entropy", draw.logUniform(5e-6, 3e-4));
    double start = draw.uniform(1.2, 3.5);
    double fall = sketch.rows() / draw.logUniform(10, 100);
    sketch.curve(start, draw.uniform(0.3, 1), fall, draw.uniform(0.4, 1), 0.03, 10);
    int epochs = draw.of(1, 1, 2, 3, 4);
    for (int epoch = 1; epoch < epochs; epoch++) {
      sketch.scale(sketch.rows() * epoch / epochs, sketch.rows(), draw.uniform(0.75, 0.97));
    }
    sketch.norms(draw.logUniform(0.2, 20), draw.uniform(0, 3), fall, draw.uniform(0.1, 0.4));
    sketch.noise(draw.of(Tails.GAUSSIAN, Tails.LAPLACE), draw.logUniform(0.06, 0.4));
  }

  /** Both signs around 0, sometimes exactly 0; in a third of the runs a penalty rises from 0. */
  static void policy(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(100, 2000), 1);
    schedule(sketch, "policy", draw.logUniform(1e-7, 1e-5));
    sketch.norms(draw.logUniform(0.05, 3), 0, 1, draw.uniform(0.2, 0.6));
    double scatter = draw.logUniform(0.003, 0.2);
    double exact = draw.chance(0.6) ? draw.uniform(0.01, 0.15) : 0;
    double penalty = draw.chance(0.33) ? draw.logUniform(0.5, 5) * scatter : 0;
    Noise noise = new Noise(draw, draw.of(Tails.GAUSSIAN, Tails.LAPLACE, Tails.STUDENT), 0);
    for (int i = 0; i < sketch.rows(); i++) {
      double rise = penalty * i / sketch.rows();
      sketch.loss[i] = rise + scatter * noise.next();
      if (draw.chance(exact)) {
        sketch.loss[i] = 0;
        sketch.norm[i] *= draw.of(0.01, 1.0);
      }
    }
    sketch.traits.put("noise", "around-zero");
  }

  /**
   * A level that wanders and shifts 1 to 5 times by up to 40 %, with noise of 5 to 25 %. No shift
   * is above 3 times the scatter, because nothing would tell it from a jump.
   */
  static void adversarial(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(300, 3000), draw.of(1, 1, 50));
    schedule(sketch, "adversarial", draw.logUniform(5e-5, 5e-4));
    double level = draw.logUniform(0.3, 5);
    double wander = draw.uniform(0.03, 0.15);
    Noise slow = new Noise(draw, Tails.CORRELATED, 1 - 1 / draw.logUniform(20, 200));
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.loss[i] = level * StrictMath.exp(wander * slow.next());
    }
    double deviation = draw.uniform(0.05, 0.25);
    double shift = Math.min(1.4, StrictMath.exp(3 * (deviation + wander)));
    for (int left = draw.integer(1, 5); left > 0; left--) {
      sketch.scale(sketch.within(0.05, 0.95), sketch.rows(), draw.logUniform(1 / shift, shift));
    }
    sketch.norms(draw.logUniform(0.3, 20), 0, 1, draw.uniform(0.15, 0.5));
    sketch.noise(Tails.GAUSSIAN, deviation);
  }

  /** A loss that falls to 0.001 to 0.1, with noise of 1 to 15 %. */
  static void regression(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(120, 3000), draw.of(1, 10, 100));
    schedule(sketch, draw.of("regression", "diffusion"), draw.logUniform(1e-5, 1e-3));
    double floor = draw.logUniform(1e-3, 0.1);
    sketch.curve(floor * draw.logUniform(2, 50), floor, sketch.rows() / 50.0, 0.8, 0.03, 10);
    sketch.norms(draw.logUniform(0.05, 1), draw.uniform(0, 5), 50, draw.uniform(0.04, 0.35));
    sketch.noise(Language.tails(draw), draw.logUniform(0.01, 0.15));
  }

  /** 3 to 9 heads: losses of 10 to 100,000. */
  static void summed(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(200, 2500), draw.of(1, 10, 20));
    schedule(sketch, "other", draw.logUniform(1e-5, 1e-3));
    double start = draw.logUniform(20, 1e5);
    sketch.curve(
        start, start * draw.uniform(0.1, 0.5), sketch.rows() / 100.0, draw.uniform(0.4, 0.9), 0, 1);
    sketch.norms(draw.logUniform(1, 100), draw.uniform(0, 3), 50, draw.uniform(0.08, 0.3));
    Gradients.spikes(sketch, 0.005, 17).noise(Language.tails(draw), draw.logUniform(0.02, 0.08));
  }

  /** The loss falls to 1e-3 to 1e-8, with noise of 20 to 40 % and jumps of 3 to 50 times. */
  static void memorized(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(200, 2500), draw.of(1, 10));
    schedule(sketch, "cross_entropy", draw.logUniform(1e-5, 1e-3));
    double start = draw.uniform(1.5, 4);
    double floor = draw.logUniform(1e-8, 1e-3);
    double speed = draw.uniform(4, 15);
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.loss[i] = floor + start * StrictMath.exp(-speed * i / sketch.rows());
      if (speed > 10) {
        sketch.loss[i] = floor + start * StrictMath.pow(1 + 40.0 * i / sketch.rows(), -speed / 3);
      }
    }
    sketch.norms(draw.logUniform(0.5, 5), 0, 1, draw.uniform(0.2, 0.5));
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.norm[i] *= StrictMath.sqrt(sketch.loss[i] / start);
    }
    double often = draw.logUniform(0.002, 0.02);
    for (int i = sketch.at(0.4); i < sketch.rows(); i++) {
      if (draw.chance(often)) {
        double height = Math.min(sketch.loss[i] * draw.logUniform(3, 50), start / 30);
        sketch.bump(i, height, draw.logUniform(0.5, 6));
      }
    }
    sketch.noise(Tails.GAUSSIAN, draw.uniform(0.2, 0.4));
    sketch.digits = draw.of(4, 7);
  }

  /** 0.1 to 0.4 nats at the end, with jumps of 0.3 to 1.5 nats that come back in 5 to 30 rows. */
  static void characters(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(800, 3000), 1);
    schedule(sketch, "cross_entropy", draw.logUniform(3e-4, 3e-3));
    double floor = draw.uniform(0.1, 0.4);
    sketch.curve(4.3, floor, sketch.rows() / 12.0, 2, 0, 1);
    sketch.norms(draw.logUniform(0.3, 2), 1, 100, draw.uniform(0.05, 0.2));
    int row = sketch.within(0.3, 0.4);
    while (row < sketch.rows()) {
      double height = draw.uniform(0.3, 1.5);
      double fade = draw.logUniform(5, 30) / 3;
      sketch.bump(row, height, fade);
      for (int i = row; i < Math.min(sketch.rows(), row + 3 * fade); i++) {
        sketch.norm[i] *= 1 + 4 * StrictMath.exp((row - i) / fade);
      }
      row += draw.integer(50, 100);
    }
    sketch.noise(Tails.GAUSSIAN, draw.uniform(0.03, 0.12));
  }

  /** exp of a usual loss whose noise is 0.3 to 2 % in nats. */
  static void perplexity(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.usual(sketch);
    sketch.noise(Tails.GAUSSIAN, draw.logUniform(0.003, 0.02));
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.loss[i] = StrictMath.exp(sketch.loss[i]);
    }
    sketch.config.put("objective", "other");
  }

  private static void schedule(Sketch sketch, String objective, double peak) {
    Draw draw = sketch.draw;
    sketch.schedule(Language.anySchedule(draw), peak, draw.of(0.0, 0.03, 0.1), 1);
    sketch.config.put("objective", objective);
    sketch.config.put("optimizer", "adamw");
    sketch.config.put("framework", "pytorch");
    sketch.config.put("precision", "bf16");
  }
}
