// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;

/**
 * Reinforcement learning of language models: rewards, entropy, divergence and spread.
 *
 * <p><b>Source.</b> Public logs of GRPO (nips-grpo-dynamics, looked at in one half): rewards of a
 * step scatter by half of their range, the divergence grows from 0 by orders of magnitude in the
 * first tens of steps and then slowly, with single values far from the rest; between runs the
 * entropy falls to a half or a tenth while the reward rises (as in arXiv 2505.22617). Binary
 * rewards p in groups of g have no spread with p^g + (1 − p)^g. Mismatch before gradients: arXiv
 * 2605.14220. Speeds are our own choice.
 */
final class Policies {
  private Policies() {}

  /** Levels without noise of one run, which its failure then changes. */
  private static final class Course {
    final Sketch sketch;
    final Draw draw;
    final double[] reward;
    final double[] entropy;
    final double[] divergence;
    final double[] difference;
    final double[] largest;
    final int group;
    double scatter;

    Course(Sketch sketch, double goal) {
      this.sketch = sketch;
      this.draw = sketch.draw;
      group = draw.of(4, 8, 16);
      reward = sketch.other("reward_mean");
      entropy = sketch.other("policy_entropy");
      divergence = sketch.other("kl");
      difference = sketch.other("logprob_difference_mean");
      largest = sketch.other("logprob_difference_max");
      scatter = draw.logUniform(0.01, 0.12);
      grow(goal);
    }

    /** Pass rate from 0.02 to 0.5 towards the goal; half of the runs have a slow start. */
    private void grow(double goal) {
      double start = draw.uniform(0.02, Math.min(0.5, 0.8 * goal));
      double speed = sketch.rows() / draw.logUniform(1.5, 12);
      double delay = draw.chance(0.5) ? draw.uniform(0, 0.3) * sketch.rows() : 0;
      double begins = draw.logUniform(0.1, 1.5);
      double left = draw.logUniform(0.12, 0.9);
      double far = draw.logUniform(1e-4, 0.5);
      double power = draw.uniform(0.3, 1);
      double apart = draw.logUniform(1e-4, 0.03);
      double more = draw.uniform(0, 1.5);
      int rows = sketch.rows();
      for (int i = 0; i < rows; i++) {
        double learned = 1 - StrictMath.exp(-Math.max(0, i - delay) / speed);
        reward[i] = start + (goal - start) * learned;
        entropy[i] = begins * (left + (1 - left) * (1 - learned));
        double warm = i < 20 ? i / 20.0 : 1;
        divergence[i] = far * StrictMath.pow((i + 1.0) / rows, power) * warm * warm;
        difference[i] = apart * (1 + more * i / rows);
        largest[i] = 20 * difference[i];
      }
    }

    /**
     * Adds the noise of a step, and sends each statistic that not all trainers have only in some
     * runs. The share of groups without spread follows from the reward, of 8 to 64 groups.
     */
    void noise(boolean sendsAll) {
      Tails tails = draw.of(Tails.GAUSSIAN, Tails.LAPLACE, Tails.STUDENT);
      Noise noise = new Noise(draw, tails, 0);
      double entropies = draw.logUniform(0.02, 0.15);
      double divergences = draw.logUniform(0.05, 0.4);
      double wild = draw.of(0.0, 0.003, 0.02);
      double differences = draw.logUniform(0.03, 0.2);
      double[] spreadless = sketch.other("zero_std_share");
      double groups = draw.of(8, 16, 32, 64);
      for (int i = 0; i < sketch.rows(); i++) {
        double p = Math.max(0, Math.min(1, reward[i]));
        double none = Double.isNaN(spreadless[i]) ? 1 : 0;
        double equal = StrictMath.pow(p, group) + StrictMath.pow(1 - p, group);
        // prompts differ: most of them are much easier or much harder than the mean
        equal = none == 1 ? 1 : 0.5 * equal + 0.5 * Math.abs(2 * p - 1);
        int count = 0;
        for (int k = 0; k < groups; k++) {
          count += draw.chance(equal) ? 1 : 0;
        }
        spreadless[i] = count / groups;
        double width = none == 1 ? 0 : scatter * StrictMath.sqrt(4 * p * (1 - p) + 0.01);
        reward[i] = Math.max(0, Math.min(1, reward[i] + width * noise.next()));
        entropy[i] *= StrictMath.exp(entropies * noise.next());
        divergence[i] *= StrictMath.exp(divergences * noise.next());
        divergence[i] *= draw.chance(wild) ? draw.logUniform(5, 300) : 1;
        difference[i] *= StrictMath.exp(differences * noise.next());
        largest[i] *= StrictMath.exp(3 * differences * noise.next());
      }
      if (!sendsAll && draw.chance(0.5)) {
        sketch.others.remove("logprob_difference_mean");
        sketch.others.remove("logprob_difference_max");
      }
      if (!sendsAll && draw.chance(0.3)) {
        sketch.others.remove("kl");
      }
    }
  }

  static void usual(Sketch sketch) {
    sized(sketch);
    new Course(sketch, sketch.draw.uniform(0.15, 0.9)).noise(false);
  }

  /** The task is solved after a third to nine tenths of the run: most groups lose their spread. */
  static void solved(Sketch sketch) {
    Draw draw = sketch.draw;
    sized(sketch);
    Course course = new Course(sketch, draw.uniform(0.97, 1));
    int row = sketch.within(0.3, 0.9);
    double best = Math.max(course.reward[row], draw.uniform(0.97, 1));
    int length = Math.max(20, sketch.some(20, Math.max(21, row)));
    double left = draw.logUniform(0.03, 0.5);
    double from = course.reward[Math.max(0, row - length)];
    for (int i = Math.max(0, row - length); i < sketch.rows(); i++) {
      double done = Math.min(1, (i - row + length) / (double) length);
      course.reward[i] = Math.max(course.reward[i], from + (best - from) * done);
      course.entropy[i] *= StrictMath.pow(left, done);
    }
    course.noise(false);
  }

  /**
   * One to three stages: harder or easier tasks, another coefficient of the penalty (the divergence
   * changes by up to 3 times in 50 rows or more), or a new reference, from which the divergence
   * begins again. Half of the runs tell of new tasks.
   */
  static void stages(Sketch sketch) {
    Draw draw = sketch.draw;
    sized(sketch);
    Course course = new Course(sketch, draw.uniform(0.3, 0.9));
    boolean told = draw.chance(0.5);
    sketch.traits.put("told", Boolean.toString(told));
    for (int left = draw.integer(1, 3); left > 0; left--) {
      int row = sketch.within(0.2, 0.9);
      int kind = draw.integer(1, 3);
      double tasks = draw.uniform(0.6, 1.2);
      double freer = draw.logUniform(1 / 3.0, 3);
      int length = sketch.some(50, 500);
      for (int i = row; i < sketch.rows(); i++) {
        if (kind == 1) {
          course.reward[i] = Math.min(0.95, course.reward[i] * tasks);
          course.entropy[i] *= 1 + 0.3 * (1 - tasks);
        } else if (kind == 2) {
          course.divergence[i] *= StrictMath.pow(freer, Math.min(1, (i - row) / (double) length));
        } else {
          course.divergence[i] *= (1 - StrictMath.exp(-(i - row + 1.0) / length));
        }
      }
      sketch.boundaries.set(row, told && kind == 1);
    }
    course.noise(false);
  }

  /**
   * The entropy falls to 0.1 to 3 % within 20 to 200 rows. The reward falls to a fifth or less with
   * it, or has never risen. The onset is where a tenth of the entropy is left.
   */
  static void collapse(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(250, 2000), 1);
    scheduled(sketch);
    Course course = new Course(sketch, draw.uniform(0.3, 0.8));
    int row = Math.max(60, sketch.within(0.3, 0.6));
    double time = Math.min(draw.logUniform(20, 200), (sketch.rows() - row) / 2.0);
    double left = draw.logUniform(0.001, 0.03);
    boolean falls = draw.chance(0.6);
    sketch.traits.put("reward", falls ? "falls" : "never-rose");
    double start = course.reward[0];
    double began = course.entropy[0];
    int onset = -1;
    for (int i = 0; i < sketch.rows(); i++) {
      double done = Math.max(0, Math.min(1, (i - row) / time));
      if (falls) {
        course.reward[i] *= 1 - draw.uniform(0.8, 0.82) * done;
      } else {
        course.reward[i] = start;
      }
      double rest = StrictMath.log(course.entropy[i] / began);
      course.entropy[i] = began * StrictMath.exp(rest + (StrictMath.log(left) - rest) * done);
      if (onset < 0 && course.entropy[i] < 0.1 * began) {
        onset = i;
      }
    }
    course.noise(false);
    sketch.predictable(onset < 0 ? sketch.rows() - 1 : onset, Math.min(row, onset));
  }

  /**
   * The entropy grows 3- to 40-fold within 5 to 100 rows, while the reward falls to a fifth or
   * less. Public logs of GRPO have this. The onset is where the reward has lost half.
   */
  static void noise(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(60, 1000), draw.of(1, 1, 10));
    scheduled(sketch);
    Course course = new Course(sketch, draw.uniform(0.4, 0.95));
    int row = Math.max(20, sketch.within(0.2, 0.6));
    double time = Math.min(draw.logUniform(5, 100), (sketch.rows() - row) / 2.0);
    double growth = draw.logUniform(3, 40);
    double lost = draw.uniform(0.8, 1);
    for (int i = row; i < sketch.rows(); i++) {
      double done = Math.min(1, (i - row) / time);
      course.entropy[i] *= StrictMath.pow(growth, done);
      course.reward[i] *= 1 - lost * done;
    }
    course.noise(false);
    sketch.predictable(row + (int) (0.5 / lost * time), row);
  }

  /**
   * The divergence grows 30- to 10,000-fold within 20 to 200 rows, and the reward falls to a third
   * or less. The onset is where the reward has lost half.
   */
  static void drift(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(250, 2000), 1);
    scheduled(sketch);
    Course course = new Course(sketch, draw.uniform(0.3, 0.9));
    int row = Math.max(60, sketch.within(0.3, 0.7));
    double time = Math.min(draw.logUniform(20, 200), (sketch.rows() - row) / 2.0);
    double growth = draw.logUniform(60, 1e4);
    double lost = draw.uniform(0.7, 1);
    double lag = draw.uniform(0, 0.4);
    for (int i = row; i < sketch.rows(); i++) {
      double done = Math.min(1, (i - row) / time);
      double later = Math.max(0, Math.min(1, (done - lag) / (1 - lag)));
      course.divergence[i] *= StrictMath.pow(growth, done);
      course.reward[i] *= 1 - lost * later;
    }
    course.noise(true);
    sketch.predictable(
        Math.min(sketch.rows() - 1, row + (int) ((lag + (1 - lag) * 0.5 / lost) * time)), row);
  }

  /** From the beginning, or from a row on, all rewards of a group are equal. */
  static void spreadless(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(120, 1000), 1);
    scheduled(sketch);
    Course course = new Course(sketch, draw.uniform(0.3, 0.8));
    boolean first = draw.chance(0.5);
    int row = first ? 1 : Math.max(50, sketch.within(0.3, 0.6));
    double level = draw.of(0.0, 0.0, draw.uniform(0, 0.1));
    double[] spreadless = sketch.other("zero_std_share");
    for (int i = row; i < sketch.rows(); i++) {
      course.reward[i] = level;
      spreadless[i] = Double.NaN;
    }
    course.noise(false);
    sketch.predictable(row, row);
  }

  /**
   * The difference of the log-probabilities grows 6- to 100-fold within 30 to 400 rows; after half
   * of that the gradient norm grows 6- to 1,000-fold. The onset is where the norm begins to grow.
   */
  static void mismatch(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(300, 2000), 1);
    scheduled(sketch);
    Course course = new Course(sketch, draw.uniform(0.3, 0.9));
    int row = Math.max(60, sketch.within(0.3, 0.6));
    double time = Math.min(draw.logUniform(30, 400), (sketch.rows() - row) / 2.5);
    double growth = draw.logUniform(6, 100);
    double norms = draw.logUniform(6, 1000);
    for (int i = row; i < sketch.rows(); i++) {
      double done = Math.min(1, (i - row) / time);
      double later = Math.max(0, Math.min(1, (i - row - time / 2) / time));
      course.difference[i] *= StrictMath.pow(growth, done);
      course.largest[i] *= StrictMath.pow(growth, done);
      sketch.norm[i] *= StrictMath.pow(norms, later);
      course.reward[i] *= 1 - 0.9 * later;
    }
    course.noise(true);
    sketch.predictable(row + (int) (time / 2), row);
  }

  private static void sized(Sketch sketch) {
    sketch.size(sketch.some(120, 3000), sketch.draw.of(1, 1, 1, 5, 10));
    scheduled(sketch);
  }

  /** Learning rate, gradient norm, and a policy's loss around 0. */
  private static void scheduled(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.schedule(
        Language.anySchedule(draw), draw.logUniform(1e-7, 1e-5), draw.of(0.0, 0.03, 0.1), 1);
    sketch.norms(draw.logUniform(0.05, 3), 0, 1, draw.uniform(0.2, 0.6));
    double scatter = draw.logUniform(0.003, 0.2);
    Noise noise = new Noise(draw, draw.of(Tails.GAUSSIAN, Tails.LAPLACE), 0);
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.loss[i] = scatter * noise.next();
    }
    sketch.noisy(Tails.GAUSSIAN, scatter);
    sketch.traits.put("noise", "around-zero");
    sketch.config.put("objective", "policy");
    sketch.config.put("framework", "pytorch");
    sketch.config.put("precision", "bf16");
  }
}
