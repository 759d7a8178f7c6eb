// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Runs by the clock: how fast they are, and what their loss does in hours.
 *
 * <p><b>Source.</b> Steps of 0.3 to 30 s are those of published runs. Pauses for evaluations and
 * checkpoints last seconds to minutes (Marin, OLMo). No public log at hand holds throughput; the
 * scatter of 1 to 8 % is our own.
 */
final class Pace {
  private Pace() {}

  static void speed(Sketch sketch) {
    clocked(sketch, Integer.MAX_VALUE, 1);
  }

  /** Such as after the loss of a node, or when storage is slow. */
  static void slowsDown(Sketch sketch) {
    int rows = begin(sketch);
    int row = (int) (rows * sketch.draw.uniform(0.4, 0.7));
    clocked(sketch, row, 1 / (1 - sketch.draw.uniform(0.2, 0.7)));
    sketch.sudden(row);
  }

  static void ranks(Sketch sketch) {
    ranked(sketch, Integer.MAX_VALUE, 1);
  }

  static void straggles(Sketch sketch) {
    begin(sketch);
    int row = sketch.within(0.4, 0.7);
    ranked(sketch, row, 1 + sketch.draw.logUniform(0.15, 1));
    sketch.sudden(row);
  }

  static void dense(Sketch sketch) {
    hours(sketch);
    if (sketch.draw.chance(0.4)) {
      // other data, of which the run says nothing
      sketch.scale(sketch.within(0.3, 0.8), sketch.rows(), sketch.draw.uniform(0.97, 1.015));
    }
  }

  static void floorSteps(Sketch sketch) {
    hours(sketch);
    int row = sketch.within(0.4, 0.8);
    double rise = sketch.draw.logUniform(0.03, 0.12);
    sketch.scale(row, sketch.rows(), 1 + rise);
    sketch.traits.put("rise", rise < 0.06 ? "below-6" : "6-to-12");
    sketch.sudden(row);
  }

  /** 4,000 to 20,000 steps of 2 to 20 s, with noise of 0.3 to 1.5 %. */
  private static void hours(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(4000, 20_000), 1);
    Explosions.usual(sketch);
    double step = draw.logUniform(2, 20);
    sketch.seconds = new double[sketch.rows()];
    Noise wander = new Noise(draw, Noise.Tails.CORRELATED, 0.999);
    double far = draw.uniform(0, 0.004);
    for (int i = 0; i < sketch.rows(); i++) {
      sketch.seconds[i] = step * (1 + 0.02 * draw.gaussian());
      sketch.loss[i] *= StrictMath.exp(far * wander.next());
    }
    sketch.noise(Language.tails(draw), draw.logUniform(0.003, 0.015));
  }

  private static int begin(Sketch sketch) {
    if (sketch.rows() == 0) {
      sketch.size(sketch.some(1500, 8000), sketch.draw.of(1, 1, 10, 50));
      Explosions.usual(sketch);
      sketch.noise(Language.tails(sketch.draw), Language.moderate(sketch.draw));
    }
    return sketch.rows();
  }

  private static void clocked(Sketch sketch, int slowFrom, double factor) {
    begin(sketch);
    Draw draw = sketch.draw;
    // the whole run takes at least three hours
    double step = draw.logUniform(0.3, 30);
    step = Math.max(step, 10_800.0 / sketch.rows() / sketch.every());
    double scatter = draw.logUniform(0.01, 0.08);
    double drift = draw.uniform(-0.05, 0.05);
    int evaluateEvery = sketch.some(100, 1000);
    double pause = draw.logUniform(10, 400);
    double slowStart = draw.chance(0.5) ? draw.uniform(1, 4) : 0;
    int otherBatch = draw.chance(0.25) ? sketch.within(0.2, 0.35) : Integer.MAX_VALUE;
    double batch = draw.of(131_072.0, 524_288.0, 4_194_304.0);
    Signal signal = draw.of(Signal.TOKENS_PER_SECOND, Signal.MFU, Signal.STEP_SECONDS);
    boolean pausesCount = draw.chance(0.5);
    sketch.seconds = new double[sketch.rows()];
    double[] values = sketch.more(signal);
    double[] tokens = sketch.more(Signal.TOKENS);
    double seen = 0;
    for (int i = 0; i < sketch.rows(); i++) {
      double size = i >= otherBatch ? 2 * batch : batch;
      double took = step * (i >= otherBatch ? 1.6 : 1) * (i >= slowFrom ? factor : 1);
      took *= 1 + drift * i / sketch.rows() + slowStart * StrictMath.exp(-i / 30.0);
      took *= StrictMath.exp(scatter * draw.gaussian());
      boolean paused = i % evaluateEvery == evaluateEvery - 1;
      double whole = took * sketch.every() + (paused ? pause : 0);
      double measured = paused && pausesCount ? whole / sketch.every() : took;
      sketch.seconds[i] = whole;
      seen += size * sketch.every();
      tokens[i] = seen;
      values[i] =
          switch (signal) {
            case MFU -> 0.4 * step * (size / batch) / measured;
            case TOKENS_PER_SECOND -> size / measured;
            default -> measured;
          };
    }
    sketch.traits.put("speed", signal.wireName());
  }

  private static void ranked(Sketch sketch, int slowFrom, double factor) {
    if (sketch.rows() == 0) {
      sketch.size(sketch.some(600, 2000), 1);
      Explosions.usual(sketch);
    }
    Draw draw = sketch.draw;
    int ranks = draw.of(4, 8, 16);
    double step = draw.logUniform(1, 20);
    step = Math.max(step, 3600.0 / sketch.rows() / sketch.every());
    double scatter = draw.logUniform(0.01, 0.08);
    double apart = draw.uniform(0, 0.02);
    int slow = draw.integer(0, ranks - 1);
    sketch.seconds = new double[sketch.rows()];
    sketch.ranks = new double[ranks][sketch.rows()];
    double[] first = sketch.more(Signal.STEP_SECONDS);
    for (int rank = 0; rank < ranks; rank++) {
      double own = step * (1 + apart * draw.gaussian());
      for (int i = 0; i < sketch.rows(); i++) {
        double pause = draw.chance(0.002) ? draw.uniform(2, 20) : 1;
        double slower = rank == slow && i >= slowFrom ? factor : 1;
        sketch.ranks[rank][i] = own * slower * pause * StrictMath.exp(scatter * draw.gaussian());
      }
    }
    for (int i = 0; i < sketch.rows(); i++) {
      first[i] = sketch.ranks[0][i];
      for (int rank = 0; rank < ranks; rank++) {
        sketch.seconds[i] = Math.max(sketch.seconds[i], sketch.every() * sketch.ranks[rank][i]);
      }
    }
    sketch.traits.put("ranks", Integer.toString(ranks));
  }
}
