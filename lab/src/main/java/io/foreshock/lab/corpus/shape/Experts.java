// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.lab.corpus.shape.Noise.Tails;

/**
 * Mixtures of experts: statistics of the routing, for a language model of a usual loss.
 *
 * <p><b>Source.</b> No logs are public. The maximum violation of healthy runs is 0.04 to 1 after it
 * has settled in some hundred steps (loss-free balancing, arXiv 2408.15664); its bias moves by a
 * fixed amount a step until the loads are equal. Marin's run of 384 experts has a routing entropy
 * of 5.92 to 5.951 nats, and announces 7 % of dropped tokens (marin#8435). Per token, the entropy
 * falls from ln(experts) as experts specialize. In the sick ones, drift, overload and a diverging
 * violation come in the order of Trinity Large (arXiv 2602.17004). Speeds and noise are our own
 * choice, and so are the stages.
 */
final class Experts {
  private Experts() {}

  /** Levels without noise of one run, which its failure then changes. */
  private static final class Routing {
    final Sketch sketch;
    final Draw draw;
    final double experts;
    final double most;
    final double[] entropy;
    final double[] dropped;
    final double[] violation;
    final double[] bias;

    /** Draws a run that settles within 30 to 400 steps. */
    Routing(Sketch sketch) {
      this.sketch = sketch;
      this.draw = sketch.draw;
      int all = draw.of(8, 16, 64, 128, 256, 384);
      int active = all == 8 ? draw.of(1, 2) : draw.of(2, 4, 8);
      experts = all;
      most = (double) all / active - 1;
      sketch.config.put("experts", (long) all);
      sketch.config.put("active_experts", (long) active);
      entropy = sketch.other("router_entropy");
      dropped = sketch.other("dropped_token_share");
      violation = sketch.other("expert_max_violation");
      bias = sketch.other("router_bias_range");
      settle();
    }

    private void settle() {
      double uniform = StrictMath.log(experts);
      boolean perToken = draw.chance(0.5);
      double specialized = perToken ? draw.uniform(0.35, 0.9) : draw.uniform(0.985, 0.999);
      double fall = draw.logUniform(500, 5000);
      double settling = draw.logUniform(30, 400);
      double level = Math.min(draw.logUniform(0.04, 1.2), most / 6);
      double first = Math.max(level, most * draw.uniform(0.1, 0.5));
      double drops = draw.of(0.0, draw.logUniform(1e-4, 0.02), draw.uniform(0.02, 0.12));
      double firstDrops = drops == 0 ? 0 : Math.max(drops, draw.uniform(0.1, 0.4));
      double rate = draw.logUniform(1e-4, 1e-2);
      double plateau = rate * settling * draw.uniform(1, 3);
      double creep = draw.uniform(0, 0.25);
      double wander = draw.uniform(0, 0.15);
      Noise slow = new Noise(draw, Tails.CORRELATED, 1 - 1 / draw.logUniform(50, 400));
      for (int i = 0; i < sketch.rows(); i++) {
        double t = sketch.step(i);
        double early = StrictMath.exp(-t / settling);
        double drift = StrictMath.exp(wander * slow.next());
        double special = 1 / (1 + t / fall);
        entropy[i] = uniform * (specialized + (1 - specialized) * special);
        violation[i] = (level + (first - level) * early) * drift;
        dropped[i] = (drops + (firstDrops - drops) * early) * drift;
        bias[i] = plateau * (1 - early) * (1 + creep * StrictMath.log1p(t / settling) / 5);
      }
    }

    /** Adds the noise of a batch; shares stay within 0 to 1. */
    void noise() {
      Tails tails = Language.tails(draw);
      double few = draw.logUniform(0.002, 0.02);
      double many = draw.logUniform(0.03, 0.25);
      Noise noise = new Noise(draw, tails, 0.5);
      double uniform = StrictMath.log(experts);
      for (int i = 0; i < sketch.rows(); i++) {
        double away = uniform - entropy[i];
        double own = away < 0.05 * uniform ? few * away : few * entropy[i];
        entropy[i] = Math.max(0, Math.min(uniform, entropy[i] + own * noise.next()));
        violation[i] = Math.min(most, violation[i] * StrictMath.exp(many * noise.next()));
        dropped[i] = Math.min(1, dropped[i] * StrictMath.exp(many * noise.next()));
        bias[i] *= 1 + 0.1 * few * noise.next();
      }
    }
  }

  static void usual(Sketch sketch) {
    sketch.size(sketch.some(600, 6000), 1);
    loss(sketch);
    new Routing(sketch).noise();
  }

  static void sparse(Sketch sketch) {
    sketch.size(sketch.some(100, 1500), sketch.draw.of(10L, 10L, 100L));
    loss(sketch);
    new Routing(sketch).noise();
  }

  /**
   * One to three stages: other data raise the violation and the share of dropped tokens by up to 60
   * %, or the capacity changes, which divides the dropped tokens or multiplies them by up to 3.
   */
  static void stages(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(900, 6000), draw.of(1, 1, 10));
    loss(sketch);
    Routing routing = new Routing(sketch);
    boolean told = draw.chance(0.5);
    sketch.traits.put("told", Boolean.toString(told));
    for (int left = draw.integer(1, 3); left > 0; left--) {
      int row = sketch.within(0.2, 0.95);
      double loads = draw.logUniform(0.7, 1.6);
      double drops = draw.chance(0.5) ? loads : draw.logUniform(1 / 3.0, told ? 3 : 1.7);
      double specialized = draw.uniform(0.85, 1);
      for (int i = row; i < sketch.rows(); i++) {
        routing.violation[i] *= loads;
        routing.dropped[i] *= drops;
        routing.entropy[i] *= specialized;
        routing.bias[i] *= StrictMath.sqrt(loads);
      }
      sketch.boundaries.set(row, told);
    }
    routing.noise();
  }

  /**
   * The router drifts for 100 to 3,000 steps: the violation approaches the most that is possible,
   * and the entropy that of one expert. In most runs the bias runs after it, and tokens are
   * dropped. The onset is where the violation is half of what is possible.
   */
  static void collapse(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(1500, 6000), draw.of(1, 1, 10));
    loss(sketch);
    Routing routing = new Routing(sketch);
    int row = sketch.within(0.2, 0.6);
    double time = Math.min(draw.logUniform(30, 600), (sketch.rows() - row) / 6.0);
    double end = draw.uniform(0.75, 1);
    boolean capacity = draw.chance(0.6);
    double chase = draw.of(0.0, 1.0, 1.0);
    double before = routing.violation[row];
    int onset = -1;
    for (int i = row; i < sketch.rows(); i++) {
      double share = 1 / (1 + 40 * StrictMath.exp(-(i - row) / time));
      double start = 1 / 41.0;
      double moved = (share - start) / (1 - start);
      routing.violation[i] += (end * routing.most - routing.violation[i]) * Math.max(0, moved);
      routing.entropy[i] *= 1 - 0.9 * Math.max(0, moved);
      routing.dropped[i] += capacity ? (0.8 - routing.dropped[i]) * Math.max(0, moved) : 0;
      routing.bias[i] *= 1 + chase * (i - row) / time;
      if (onset < 0 && routing.violation[i] > 0.5 * routing.most) {
        onset = i;
      }
    }
    sketch.traits.put("before", Double.toString(before));
    routing.noise();
    sketch.predictable(onset < 0 ? sketch.rows() - 1 : onset, row);
  }

  /** The bias grows 3- to 30-fold at a steady pace; the load follows in half of the runs. */
  static void bias(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(1500, 6000), draw.of(1, 1, 10));
    loss(sketch);
    Routing routing = new Routing(sketch);
    int row = sketch.within(0.3, 0.5);
    double growth = draw.logUniform(3, 30) - 1;
    double overload = draw.chance(0.5) ? draw.uniform(0.5, 3) : 0;
    int length = (int) Math.min(draw.logUniform(200, 4000), sketch.rows() - row - 1.0);
    for (int i = row; i < sketch.rows(); i++) {
      double grown = Math.min(1, (i - row) / (double) length);
      routing.bias[i] *= 1 + growth * grown;
      routing.violation[i] *= 1 + overload * grown;
    }
    routing.noise();
    sketch.predictable(row + (int) Math.ceil(length / growth), row);
  }

  /** 15 to 60 % of the tokens are dropped within 20 to 1,000 rows. */
  static void drop(Sketch sketch) {
    Draw draw = sketch.draw;
    sketch.size(sketch.some(1200, 6000), draw.of(1, 1, 10));
    loss(sketch);
    Routing routing = new Routing(sketch);
    int row = sketch.within(0.3, 0.7);
    int length = Math.min(sketch.some(20, 1000), sketch.rows() - row - 1);
    double most = draw.uniform(0.25, 0.6);
    int onset = -1;
    for (int i = row; i < sketch.rows(); i++) {
      double grown = Math.min(1, (i - row) / (double) length);
      double own = routing.dropped[i];
      routing.dropped[i] += grown * Math.max(0, most - own);
      if (onset < 0 && routing.dropped[i] > Math.max(0.1, 2 * own)) {
        onset = i;
      }
    }
    routing.noise();
    sketch.predictable(onset < 0 ? sketch.rows() - 1 : onset, row);
  }

  private static void loss(Sketch sketch) {
    Draw draw = sketch.draw;
    Language.scheduled(sketch, Language.anySchedule(draw), 1, 0.06, 10);
    sketch.noise(Language.tails(draw), draw.logUniform(0.005, 0.03));
  }
}
