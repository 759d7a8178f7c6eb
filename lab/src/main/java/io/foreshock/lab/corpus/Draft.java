// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.Family.Length;
import io.foreshock.lab.corpus.draw.Draw;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a run while it is drawn. The common options come first, then those of the
 * scenario, then the options that follow from both.
 */
final class Draft {
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final int DEEP = 6;

  final Draw draw;
  final Optimizer optimizer;
  final Architecture architecture;
  private final Map<String, Object> options = new LinkedHashMap<>();
  private final List<String> disturbances = new ArrayList<>();
  private final List<Long> struck = new ArrayList<>();
  private int steps;

  /** A draft of the given optimizer and architecture; the other common options are drawn. */
  Draft(Draw draw, Optimizer optimizer, Architecture architecture) {
    this.draw = draw;
    this.optimizer = optimizer;
    this.architecture = architecture;
    shape();
    set("optimizer", optimizer.wireName());
    switch (optimizer) {
      case ADAMW -> adamW();
      case LION -> lion();
      case SGD -> sgd();
    }
    set("schedule", draw.of("cosine", "cosine", "constant"));
    set("z-loss-weight", draw.chance(0.3) ? 1e-4 : 0);
    if (draw.chance(0.25)) {
      set("qk-layernorm", true);
    }
    set("gradient-clip", draw.of(1.0, 1.0, 1.0, 0.5, 0.0, 0.0));
    set("entropy-every", draw.chance(0.3) ? 1 : 10);
    set("statistics", draw.chance(0.1) ? "loss" : "all");
  }

  private void shape() {
    int layers = draw.of(2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 6, 8, 12);
    boolean deep = layers >= DEEP; // deep models are narrow, to limit the cost of the corpus
    set("layers", layers);
    set("heads", draw.of(2, 4));
    set("width", deep ? 32 : draw.of(32, 48, 64));
    set("context", deep ? 32 : draw.of(32, 48, 64));
    set("batch", 8);
    set("positions", draw.chance(0.2) ? "learned" : "rotary");
  }

  private void adamW() {
    set("adam-beta1", 0.9);
    set("adam-beta2", draw.of(0.95, 0.95, 0.99, 0.999, 0.9));
    set("adam-epsilon", draw.of(1e-8, 1e-8, 1e-10, 1e-6));
    boolean independent = draw.chance(0.3);
    set("weight-decay", independent ? draw.of(1e-4, 1e-5) : draw.of(0.1, 0.1, 0.01, 0.0));
    if (independent) {
      set("independent-weight-decay", true);
    }
  }

  private void lion() {
    set("adam-beta1", 0.9);
    set("adam-beta2", draw.of(0.99, 0.99, 0.98, 0.95));
    set("weight-decay", draw.of(1.0, 0.3, 0.1, 0.0));
  }

  /** The weight decay is small because the learning rate, which multiplies it, is large. */
  private void sgd() {
    set("adam-beta1", draw.of(0.9, 0.9, 0.95));
    set("weight-decay", draw.of(1e-4, 1e-3, 0.0));
  }

  /** Draws the number of steps, a multiple of ten. */
  Draft steps(int least, int most) {
    steps = 10 * draw.integer(least / 10, most / 10);
    return set("total-steps", steps);
  }

  int steps() {
    return steps;
  }

  /** Sets a small model, for a run of thousands of steps. */
  Draft narrow() {
    return set("layers", draw.of(2, 2, 3)).set("width", 32).set("context", 32);
  }

  /**
   * Draws a peak learning rate between these multiples of a good one. The model and clipping must
   * be set before, as for {@link #pushed}.
   */
  Draft good(double least, double most) {
    double good = optimizer.goodRate(architecture, layers(), clipped());
    return number("learning-rate", good * draw.logUniform(least, most));
  }

  /** Draws a peak learning rate between these multiples of one at which such a model diverges. */
  Draft pushed(double least, double most) {
    return number("learning-rate", breakingRate() * draw.logUniform(least, most));
  }

  /**
   * Draws a factor that raises the learning rate to between these multiples of the breaking one.
   */
  long factorTo(double least, double most) {
    double rate = (double) value("learning-rate");
    return Math.round(breakingRate() * draw.logUniform(least, most) / rate);
  }

  private double breakingRate() {
    return optimizer.breakingRate(layers(), clipped(), options.containsKey("qk-layernorm"));
  }

  private int layers() {
    return (int) value("layers");
  }

  private boolean clipped() {
    return (double) value("gradient-clip") > 0;
  }

  private Object value(String option) {
    Object value = options.get(option);
    if (value == null) {
      throw new IllegalStateException(option + " is used before it is drawn");
    }
    return value;
  }

  /** Draws a warm-up over a share of the run. */
  Draft warmup(double least, double most) {
    return set("warmup-steps", Math.max(1, Math.round(steps * draw.uniform(least, most))));
  }

  /** Draws a step at a share of the run. */
  long at(double least, double most) {
    return Math.round(steps * draw.uniform(least, most));
  }

  Draft disturb(String form, Object... values) {
    disturbances.add(form.formatted(values));
    return this;
  }

  /** Records that something abrupt is done to the run at this step. */
  Draft strike(long step) {
    struck.add(step);
    return this;
  }

  Draft set(String option, Object value) {
    options.put(option, value);
    return this;
  }

  /** Sets a drawn number, rounded to three digits so that it is easy to read. */
  Draft number(String option, double value) {
    return set(option, new BigDecimal(value).round(THREE_DIGITS).doubleValue());
  }

  Draft unset(String option) {
    options.remove(option);
    return this;
  }

  /** Draws the options that the scenario left open, and returns the configuration. */
  Configuration finish() {
    if (!options.containsKey("warmup-steps")) {
      warmup(0.02, 0.15);
    }
    if (!options.containsKey("log-every")) {
      set("log-every", logEvery());
    }
    List<String> arguments = new ArrayList<>(architecture.options());
    options.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    disturbances.forEach(disturbance -> arguments.add("--disturb=" + disturbance));
    long logEvery = (int) value("log-every");
    return new Configuration(
        new Family(optimizer, architecture, Length.of(steps), logEvery),
        arguments,
        struck.stream().sorted().toList());
  }

  /** Draws sparse logs only for runs that are long enough to have many lines. */
  private int logEvery() {
    return switch (Length.of(steps)) {
      case SHORT -> draw.chance(0.7) ? 1 : 10;
      case MEDIUM -> draw.chance(0.5) ? 1 : 10;
      case LONG -> draw.of(1, 1, 10, 100);
    };
  }

  /** A finished draft; the arguments lack the run's name and seed. */
  record Configuration(Family family, List<String> arguments, List<Long> struck) {}
}
