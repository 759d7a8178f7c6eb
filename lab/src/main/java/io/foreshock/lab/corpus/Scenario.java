// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import static io.foreshock.lab.corpus.Scenario.Nature.GRADUAL;
import static io.foreshock.lab.corpus.Scenario.Nature.HEALTHY;
import static io.foreshock.lab.corpus.Scenario.Nature.SUDDEN;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What is done to a run, and how many runs of the corpus get this treatment.
 *
 * <p>A scenario is an attempt and does not decide the outcome. A run is labelled from its own
 * telemetry, and some runs that are pushed do not diverge.
 */
enum Scenario {
  /** Nothing is done; the learning rate is 0.3 to 2 times a good one. */
  PLAIN(HEALTHY, 50) {
    @Override
    void shape(Draft run) {
      run.steps(300, 900).good(0.3, 2);
    }
  },
  /** The highest learning rates that still train well, with restless signals but no divergence. */
  BRISK(HEALTHY, 26) {
    @Override
    void shape(Draft run) {
      run.steps(300, 900).pushed(0.08, 0.3).warmup(0.1, 0.3);
    }
  },
  /** One batch of random bytes, or three that are far apart. */
  GARBAGE_BATCH(HEALTHY, 16) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).good(0.3, 1.5);
      garbage(run, run.at(0.2, 0.4), 1);
      if (run.draw.chance(0.5)) {
        garbage(run, run.at(0.5, 0.65), 1);
        garbage(run, run.at(0.75, 0.9), 1);
      }
    }
  },
  /** Two bad batches in a row. */
  GARBAGE_PAIR(HEALTHY, 10) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).good(0.3, 1.5);
      garbage(run, run.at(0.2, 0.8), 2);
    }
  },
  /**
   * The same few batches are repeated, either to the end or for a short time. The time is short so
   * that the model memorizes little, and the loss afterwards does not look like a divergence.
   */
  REPEATED_DATA(HEALTHY, 14) {
    @Override
    void shape(Draft run) {
      run.steps(300, 600).good(0.3, 1);
      long step = run.at(0.3, 0.8);
      long count = run.draw.chance(0.5) ? run.steps() - step + 1 : run.draw.integer(8, 20);
      run.disturb("repeat@%d+%d", step, count);
    }
  },
  /** The learning rate drops suddenly, as in a step schedule. */
  RATE_DROP(HEALTHY, 12) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).good(0.5, 2);
      run.disturb("rate@%d=%s", run.at(0.3, 0.8), run.draw.of(0.1, 0.2, 0.3, 0.5));
    }
  },
  /** The run resumes from an earlier checkpoint, once or twice. */
  RESUME(HEALTHY, 14) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).good(0.3, 2);
      resume(run, run.at(0.3, 0.5));
      if (run.draw.chance(0.4)) {
        resume(run, run.at(0.7, 0.9));
      }
    }
  },
  /** Some steps take seconds, as with a slow disk or a busy network. */
  SLOW_STEPS(HEALTHY, 10) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).good(0.3, 2);
      int count = run.draw.integer(1, 40);
      run.disturb("slow@%d+%d=%s", run.at(0.2, 0.8), count, run.draw.of(2, 10, 60));
    }
  },
  /** A long cosine schedule down to a hundredth of the peak. */
  SCHEDULE_END(HEALTHY, 10) {
    @Override
    void shape(Draft run) {
      run.steps(700, 1200).good(0.5, 2).set("schedule", "cosine");
    }
  },
  /** Telemetry has a line every 10 or 100 steps. */
  SPARSE_LOGS(HEALTHY, 12) {
    @Override
    void shape(Draft run) {
      boolean sparsest = run.draw.chance(0.5);
      run.narrow().steps(sparsest ? 2000 : 600, sparsest ? 2500 : 1000).good(0.3, 2);
      run.set("log-every", sparsest ? 100 : 10);
    }
  },
  /** The run has thousands of steps. */
  LONG(HEALTHY, 12) {
    @Override
    void shape(Draft run) {
      run.narrow().steps(2500, 5000).good(0.3, 2);
    }
  },
  /** The learning rate rises exponentially to values that are far too high. */
  RAMP(GRADUAL, 36) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).pushed(3, 20).set("schedule", "ramp").warmup(0.02, 0.1);
    }
  },
  /** A long linear warm-up to a learning rate that is far too high. */
  WARMUP(GRADUAL, 26) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).pushed(2, 10).warmup(0.5, 0.9);
    }
  },
  /** A learning rate that is too high, after an ordinary warm-up. */
  HIGH_RATE(GRADUAL, 22) {
    @Override
    void shape(Draft run) {
      run.steps(300, 700).pushed(1.5, 8).warmup(0.15, 0.4);
    }
  },
  /** Thousands of steps, most of them healthy, until the learning rate is too high. */
  LONG_RAMP(GRADUAL, 8) {
    @Override
    void shape(Draft run) {
      run.narrow().steps(2000, 2500).pushed(2, 10).set("schedule", "ramp").warmup(0.02, 0.1);
      run.set("log-every", run.draw.of(1, 1, 10));
    }
  },
  /** An ε larger than the gradients, so that Adam becomes plain SGD, at a high learning rate. */
  LARGE_EPSILON(GRADUAL, 10) {
    @Override
    void shape(Draft run) {
      run.number("adam-epsilon", run.draw.logUniform(1e-6, 1e-4));
      run.steps(300, 700).pushed(2, 10).warmup(0.2, 0.6);
    }

    @Override
    Map<Optimizer, Integer> optimizers() {
      return Map.of(Optimizer.ADAMW, 1); // the others have no ε
    }
  },
  /** Nothing limits the logits: no z-loss, no weight decay, no qk-layernorm. */
  NO_DECAY(GRADUAL, 12) {
    @Override
    void shape(Draft run) {
      run.unset("qk-layernorm").unset("independent-weight-decay");
      run.set("z-loss-weight", 0.0).set("weight-decay", 0.0);
      run.steps(400, 800).pushed(1, 6).warmup(0.1, 0.5);
    }
  },
  /** Attention logits are rounded to 2 to 5 bits from the start, at a high learning rate. */
  LOW_PRECISION(GRADUAL, 12) {
    @Override
    void shape(Draft run) {
      run.set("attention-bits", run.draw.integer(2, 5));
      run.steps(300, 700).pushed(0.5, 3).warmup(0.1, 0.5);
    }
  },
  /** The learning rate jumps and stays high. */
  RATE_JUMP(SUDDEN, 30) {
    @Override
    void shape(Draft run) {
      run.steps(300, 600).good(0.5, 1.5).set("log-every", 1).set("schedule", "constant");
      long step = run.at(0.3, 0.75);
      run.disturb("rate@%d=%d", step, run.factorTo(2, 8)).strike(step);
    }

    @Override
    Map<Optimizer, Integer> optimizers() {
      return weights(2, 1, 1); // each optimizer diverges in its own way
    }
  },
  /** Dozens of batches of random bytes in a row. */
  GARBAGE_BURST(SUDDEN, 20) {
    @Override
    void shape(Draft run) {
      run.steps(300, 600).good(0.3, 2).set("log-every", 1);
      garbage(run, run.at(0.3, 0.75), run.draw.integer(25, 60));
    }
  },
  /** The precision of the attention logits drops from one step to the next. */
  PRECISION_DROP(SUDDEN, 8) {
    @Override
    void shape(Draft run) {
      run.steps(300, 600).pushed(0.3, 1).set("log-every", 1);
      long step = run.at(0.3, 0.75);
      run.disturb("precision@%d=%d", step, 2).strike(step);
    }
  };

  /** The outcome that a scenario is intended to cause. */
  enum Nature {
    HEALTHY,
    /** A divergence that signs can precede. */
    GRADUAL,
    SUDDEN
  }

  private static final int DEAREST_BACK = 80;

  private final Nature nature;
  private final int runs;

  Scenario(Nature nature, int runs) {
    this.nature = nature;
    this.runs = runs;
  }

  /** Draws the special options of a run, among them always its length and its learning rate. */
  abstract void shape(Draft run);

  Nature nature() {
    return nature;
  }

  /** How many runs of the full corpus have this scenario. */
  int runs() {
    return runs;
  }

  /** The weights of the optimizers. */
  Map<Optimizer, Integer> optimizers() {
    return weights(3, 1, 1);
  }

  /** The name in names of runs and in JSON. */
  @JsonValue
  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<Optimizer, Integer> weights(int adamW, int lion, int sgd) {
    Map<Optimizer, Integer> weights = new LinkedHashMap<>();
    weights.put(Optimizer.ADAMW, adamW);
    weights.put(Optimizer.LION, lion);
    weights.put(Optimizer.SGD, sgd);
    return weights;
  }

  /** Garbage counts as abrupt even if it is short, because one batch can make a run diverge. */
  private static void garbage(Draft run, long step, int count) {
    run.disturb("garbage@%d+%d", step, count).strike(step);
  }

  private static void resume(Draft run, long step) {
    run.disturb("resume@%d=%d", step, run.draw.integer(5, DEAREST_BACK));
  }
}
