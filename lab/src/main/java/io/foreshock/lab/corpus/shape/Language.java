// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;

/**
 * Healthy runs of language models: the usual learning curve with different noise and schedules.
 *
 * <p><b>Source.</b> The noise of a row's loss around its trend is 0.6 to 1.1 % with half a million
 * tokens a batch (llm.c), 2 to 3 % (algoperf, GPT-2 speed runs, models of 100 to 200 M) and 5 to 11
 * % for small batches (translation, byte models). Single batches of fine-tuning reach 16 to 33 %.
 * The scatter of the gradient norm is 4 to 25 %; some reach 40 %.
 */
final class Language {
  private Language() {}

  static void gaussian(Sketch sketch) {
    usual(sketch).noise(Tails.GAUSSIAN, strong(sketch.draw));
  }

  static void laplace(Sketch sketch) {
    usual(sketch).noise(Tails.LAPLACE, strong(sketch.draw));
  }

  static void student(Sketch sketch) {
    usual(sketch).noise(Tails.STUDENT, strong(sketch.draw));
  }

  static void correlated(Sketch sketch) {
    usual(sketch).noise(Tails.CORRELATED, strong(sketch.draw));
  }

  /** The loss rises by 2 to 15 % at each restart, within 3 to 30 rows. */
  static void restarts(Sketch sketch) {
    Draw draw = sketch.draw;
    int cycles = draw.integer(2, 5);
    sketch.size(sketch.some(600, 4000), 1);
    double rise = draw.logUniform(0.02, 0.15);
    // the restart goes from a tenth of the peak to the peak, and 1/(1 − g) − 1 is the rise
    double gain = rise / (1 + rise) / 0.9;
    scheduled(sketch, Schedule.RESTARTS, cycles, gain, draw.logUniform(1, 10));
    sketch.noise(tails(draw), draw.logUniform(0.003, 0.05));
  }

  static void wsd(Sketch sketch) {
    sketch.size(sketch.some(400, 4000), 1);
    double gain = sketch.draw.uniform(0.04, 0.15);
    scheduled(sketch, Schedule.WSD, 1, gain, 10).noise(tails(sketch.draw), moderate(sketch.draw));
  }

  static void linear(Sketch sketch) {
    sketch.size(sketch.some(400, 4000), 1);
    scheduled(sketch, Schedule.LINEAR, 1, 0.08, 10)
        .noise(tails(sketch.draw), moderate(sketch.draw));
  }

  static void steps(Sketch sketch) {
    sketch.size(sketch.some(400, 4000), 1);
    double gain = sketch.draw.uniform(0.05, 0.25);
    scheduled(sketch, Schedule.STEPS, 1, gain, sketch.draw.logUniform(1, 30))
        .noise(tails(sketch.draw), moderate(sketch.draw));
  }

  /** The configuration is that of a published model, and the noise that of large batches. */
  static void published(Sketch sketch) {
    sketch.size(sketch.some(300, 4000), sketch.draw.of(1, 1, 1, 10));
    Schedule schedule = sketch.draw.of(Schedule.COSINE, Schedule.COSINE, Schedule.LINEAR);
    scheduled(sketch, schedule, 1, 0.06, 10)
        .noise(tails(sketch.draw), sketch.draw.logUniform(0.005, 0.05));
  }

  static void longRun(Sketch sketch) {
    sketch.size(sketch.some(20_000, 50_000), 1);
    scheduled(sketch, anySchedule(sketch.draw), 1, 0.06, 50)
        .noise(tails(sketch.draw), sketch.draw.logUniform(0.01, 0.08));
  }

  /** Exactly 2 + exp(−i/50), with a gradient norm that is as smooth. */
  static void smooth(Sketch sketch) {
    sketch.size(sketch.some(300, 3000), 1);
    sketch.schedule(Schedule.CONSTANT, 1e-3, 0, 1);
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.loss[i] = 2 + StrictMath.exp(-i / 50.0);
      sketch.norm[i] = 0.5 + StrictMath.exp(-i / 50.0);
    }
    sketch.noisy(Tails.GAUSSIAN, 0);
  }

  /**
   * A usual curve without noise on the loss, of 300 to 3,000 rows. A fifth of the logs begins in
   * the middle of the run.
   */
  static Sketch usual(Sketch sketch) {
    int rows = sketch.some(300, 3000);
    int before = sketch.draw.chance(0.2) ? rows / 2 : 0;
    sketch.size(rows + before, 1);
    return scheduled(sketch, anySchedule(sketch.draw), 1, 0.06, 10).dropFirst(before);
  }

  /** Schedule, curve and gradient norm of a published model, for a sketch that has its size. */
  static Sketch scheduled(Sketch sketch, Schedule schedule, int cycles, double gain, double delay) {
    Draw draw = sketch.draw;
    Model model = draw.of(Model.values());
    sketch.config.putAll(model.config());
    double warmup = draw.chance(0.15) ? 0 : draw.uniform(0.005, 0.1);
    sketch.schedule(schedule, model.peak(), warmup, cycles);
    double start = StrictMath.log(model.vocabulary()) + draw.uniform(-0.05, 0.3);
    double half = sketch.rows() / draw.logUniform(30, 600);
    sketch.curve(
        start, draw.uniform(1.2, 2.8), half, draw.uniform(0.35, 0.8), gain, Math.max(1, delay));
    sketch.norms(
        draw.logUniform(0.1, 3), draw.logUniform(1, 20), half, draw.logUniform(0.04, 0.25));
    return draw.chance(0.5) ? sketch : Gradients.spikes(sketch, 0.01, 5);
  }

  static Schedule anySchedule(Draw draw) {
    return draw.of(Schedule.COSINE, Schedule.LINEAR, Schedule.WSD, Schedule.CONSTANT);
  }

  /** Tails of a run that is about something else; few logs are correlated. */
  static Tails tails(Draw draw) {
    return draw.of(
        Tails.GAUSSIAN,
        Tails.GAUSSIAN,
        Tails.GAUSSIAN,
        Tails.LAPLACE,
        Tails.LAPLACE,
        Tails.STUDENT,
        Tails.STUDENT,
        Tails.CORRELATED);
  }

  /** A deviation of small batches. */
  static double strong(Draw draw) {
    return draw.logUniform(0.02, 0.12);
  }

  /** A deviation of usual batches. */
  static double moderate(Draw draw) {
    return draw.logUniform(0.006, 0.06);
  }
}
