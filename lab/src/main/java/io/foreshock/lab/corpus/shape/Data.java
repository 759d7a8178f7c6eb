// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;

/**
 * Healthy runs whose loss changes because the data or the logging changes.
 *
 * <p><b>Source.</b> Logs of every 10th to 100th step have the loss of one batch (translation, every
 * 50th: noise of 11 %) or a mean. Rows above 5 times the noise occur 5 to 9 times in 1,000 in the
 * GPT-2 speed runs and reach 1.3 to 1.8 times the loss. The level change of stages and the drop of
 * epochs are our own choice.
 */
final class Data {
  private Data() {}

  /** One to four stretches of 50 to 2,000 steps, 3 to 12 % harder or easier. */
  static void mixture(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(600, 5000), 1);
    Language.scheduled(sketch, Language.anySchedule(draw), 1, 0.06, 10);
    int from = sketch.within(0.1, 0.5);
    for (int left = draw.integer(1, 4); left > 0; left--) {
      double change = draw.uniform(0.03, 0.12);
      int to = from + sketch.some(50, 2000);
      sketch.scale(from, to, draw.chance(0.6) ? 1 + change : 1 - change);
      from = to + sketch.some(50, 1000);
    }
    sketch.noise(Language.tails(draw), draw.logUniform(0.006, 0.05));
  }

  /** 2 to 8 epochs; each starts with a drop of 3 to 15 %, and its loss rises by up to 4 %. */
  static void epochs(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(300, 3000), draw.of(1, 1, 10));
    Language.scheduled(sketch, Language.anySchedule(draw), 1, 0.06, 10);
    int epochs = draw.integer(2, 8);
    sketch.traits.put("epochs", Integer.toString(epochs));
    double drop = draw.uniform(0.03, 0.15);
    double rise = draw.uniform(0, 0.04);
    for (int i = 0; i < sketch.rows(); i++) {
      double time = (double) i * epochs / sketch.rows();
      sketch.loss[i] *= StrictMath.pow(1 - drop, Math.floor(time)) * (1 + rise * (time % 1));
    }
    sketch.noise(Language.tails(draw), draw.logUniform(0.006, 0.08));
  }

  /** The batch doubles 2 to 5 times; noise of loss and norm shrinks with its square root. */
  static void batchRamp(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.usual(sketch);
    int doublings = draw.integer(2, 5);
    double deviation = draw.logUniform(0.04, 0.15);
    Noise noise = new Noise(draw, Tails.GAUSSIAN, 0);
    for (int i = 0; i < sketch.rows(); i++) {
      int stage = Math.min(doublings, i * 2 * (doublings + 1) / sketch.rows());
      double batch = StrictMath.pow(2, -0.5 * stage);
      sketch.loss[i] *= StrictMath.exp(deviation * batch * noise.next());
      sketch.norm[i] *= batch;
    }
    sketch.noisy(Tails.GAUSSIAN, deviation);
  }

  /**
   * 1 to 10 batches in 1,000, at least one, have 1.5 to 10 times the loss, for one row, rarely for
   * two.
   */
  static void outliers(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.usual(sketch);
    double often = draw.logUniform(0.001, 0.01);
    double norms = draw.logUniform(1, 10);
    int certain = sketch.within(0.2, 0.8);
    for (int i = 2; i < sketch.rows(); i++) {
      if (i == certain || draw.chance(often)) {
        int last = draw.chance(0.1) ? i + 1 : i;
        double factor = draw.logUniform(1.5, 10);
        sketch.scale(i, last + 1, factor);
        sketch.norm[i] *= norms;
        i = last;
      }
    }
    sketch.noise(Language.tails(draw), draw.logUniform(0.006, 0.05));
  }

  static void sparse(Sketch sketch) {
    sparse(sketch, sketch.draw.logUniform(0.02, 0.12));
  }

  static void sparseMean(Sketch sketch) {
    double deviation = sketch.draw.logUniform(0.02, 0.12);
    sparse(sketch, 0);
    sketch.noise(Language.tails(sketch.draw), deviation / Math.sqrt(sketch.every()));
    if (sketch.draw.chance(0.5)) {
      sketch.config.put("loss_steps", sketch.every());
    }
  }

  private static void sparse(Sketch sketch, double deviation) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(60, 1500), draw.of(10, 25, 50, 100, 500));
    Language.scheduled(sketch, Language.anySchedule(draw), 1, 0.06, 2);
    if (deviation > 0) {
      sketch.noise(Language.tails(draw), deviation);
    }
  }

  static void rounded(Sketch sketch) {
    Language.usual(sketch).noise(Language.tails(sketch.draw), sketch.draw.logUniform(0.003, 0.06));
    sketch.digits = sketch.draw.integer(2, 4);
    sketch.traits.put("digits", Integer.toString(sketch.digits));
  }
}
