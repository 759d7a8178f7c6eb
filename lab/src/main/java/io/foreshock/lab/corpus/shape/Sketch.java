// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that is being computed: loss, gradient norm and learning rate of each row, first without
 * noise. A row is one line of telemetry.
 *
 * <p><b>Edges.</b> NaN and infinity are values that the run had. {@link #unsent} marks rows that do
 * not send their loss.
 */
final class Sketch {
  /** How a run sends a value that is not finite. */
  enum NonFinite {
    /** As {@code NaN} or {@code Inf}. */
    TEXT,
    /** Left out and counted in the field {@code nonfinite}. */
    COUNTED,
    /** Left out. */
    DROPPED
  }

  /** An evaluation that was made after a row. */
  record Evaluation(int row, String name, double loss) {}

  final Draw draw;
  final Map<String, Object> config = new LinkedHashMap<>();
  final Map<String, String> traits = new LinkedHashMap<>();

  /** Rows without a loss. */
  final BitSet unsent = new BitSet();

  /** Rows that report a skipped step. */
  final BitSet skipped = new BitSet();

  /** Further signals of each row; NaN where a row does not send one. */
  final Map<Signal, double[]> more = new EnumMap<>(Signal.class);

  /** Evaluations, in the order of their rows. */
  final List<Evaluation> evaluations = new ArrayList<>();

  /** Time of each rank's own part of each row's step, seconds; none where one rank reports. */
  double[][] ranks = {};

  /** Time from the row before to each row, seconds; null for one second a step. */
  double @Nullable [] seconds;

  /** How the run sends values that are not finite. */
  NonFinite nonFinite = NonFinite.TEXT;

  /** Significant digits of loss and gradient norm. */
  int digits = 7;

  /** Further signals by wire name; NaN where a row does not send one. */
  final Map<String, double[]> others = new LinkedHashMap<>();

  /** Rows before which the run says that a new stage begins. */
  final BitSet boundaries = new BitSet();

  double[] loss = {};
  double[] norm = {};
  double[] rate = {};
  private long every = 1;
  private long firstStep = 1;
  private Truth truth = Truth.HEALTHY;

  Sketch(Draw draw) {
    this.draw = draw;
  }

  /** Sets the number of rows and the steps from one row to the next. */
  Sketch size(int rows, long every) {
    this.every = every;
    firstStep = every == 1 ? draw.of(1, 1, 1, 0) : draw.of(every, every, 0L, 1L);
    loss = new double[rows];
    norm = new double[rows];
    rate = new double[rows];
    Arrays.fill(norm, 1);
    traits.put("log_every", Long.toString(every));
    return this;
  }

  int rows() {
    return loss.length;
  }

  /** A further signal of each row, at first 0. */
  double[] other(String wireName) {
    return others.computeIfAbsent(wireName, name -> new double[rows()]);
  }

  /** Adds a signal that no row sends yet. */
  double[] more(Signal signal) {
    double[] values = new double[rows()];
    Arrays.fill(values, Double.NaN);
    more.put(signal, values);
    return values;
  }

  /** Seconds from the row before to a row. */
  double secondsTo(int row) {
    return seconds == null ? every : seconds[row];
  }

  /** A number of rows whose logarithm is uniformly distributed. */
  int some(int least, int most) {
    return (int) Math.round(draw.logUniform(least, most));
  }

  /** The row at a share of the run. */
  int at(double share) {
    return (int) (share * rows());
  }

  /** The row at a random share of the run. */
  int within(double least, double most) {
    return at(draw.uniform(least, most));
  }

  long every() {
    return every;
  }

  long step(int row) {
    return firstStep + row * every;
  }

  /** Sets the learning rate: a linear warm-up, then the schedule. */
  Sketch schedule(Schedule schedule, double peak, double warmupShare, int cycles) {
    int warmup = (int) (warmupShare * rows());
    for (int i = 0; i < rows(); i++) {
      double progress = (i - warmup) / (double) Math.max(1, rows() - 1 - warmup);
      rate[i] = peak * (i < warmup ? (i + 1.0) / warmup : schedule.share(progress, cycles));
    }
    traits.put("schedule", schedule.wireName());
    config.put("learning_rate", peak);
    config.put("warmup_steps", warmup * every);
    config.put("total_steps", step(rows() - 1));
    config.put("schedule", schedule.wireName());
    return this;
  }

  /**
   * Sets the loss to a power law with a floor, L = f + (s − f)·(1 + τ/h)^(−α). The time τ is the
   * sum of the learning rates divided by the peak, so the loss falls slowly during the warm-up. A
   * learning rate below its peak lowers the loss by up to a share of it, with a delay.
   *
   * @param start s, loss before the first step
   * @param floor f, loss after infinite time
   * @param half h in rows
   * @param exponent α
   * @param gain the share by which a learning rate of 0 lowers the loss
   * @param delay time constant of the delay, rows
   */
  Sketch curve(
      double start, double floor, double half, double exponent, double gain, double delay) {
    double peak = Arrays.stream(rate).max().orElse(1);
    double time = 0;
    double lowered = 0;
    boolean warm = false;
    for (int i = 0; i < rows(); i++) {
      double share = peak > 0 ? rate[i] / peak : 1;
      warm |= share >= 0.999;
      lowered += ((warm ? gain * (1 - share) : 0) - lowered) / delay;
      loss[i] = floor + (start - floor) * StrictMath.pow(1 + time / half, -exponent);
      loss[i] *= 1 - lowered;
      time += share;
    }
    return this;
  }

  /**
   * Sets the gradient norm: high in the first rows, then nearly flat.
   *
   * @param scatter standard deviation of its logarithm
   */
  Sketch norms(double level, double first, double decayRows, double scatter) {
    Noise noise = new Noise(draw, draw.of(Noise.Tails.GAUSSIAN, Noise.Tails.STUDENT), 0);
    double drift = draw.uniform(-0.3, 0.3);
    for (int i = 0; i < rows(); i++) {
      double clean = level * (1 + first * StrictMath.exp(-i / decayRows));
      norm[i] = clean * StrictMath.exp(drift * i / rows() + scatter * noise.next());
    }
    return this;
  }

  /** Multiplies the loss by exp(σ·z), with z of mean 0 and variance 1. */
  Sketch noise(Noise.Tails tails, double deviation) {
    return noise(tails, deviation, tails == Noise.Tails.CORRELATED ? draw.uniform(0.3, 0.9) : 0);
  }

  private Sketch noise(Noise.Tails tails, double deviation, double correlation) {
    Noise noise = new Noise(draw, tails, correlation);
    for (int i = 0; i < rows(); i++) {
      loss[i] *= StrictMath.exp(deviation * noise.next());
    }
    return noisy(tails, deviation);
  }

  /** Notes in the family how noisy the loss is. */
  Sketch noisy(Noise.Tails tails, double deviation) {
    traits.put("noise", level(deviation));
    traits.put("tails", tails.wireName());
    return this;
  }

  private static String level(double deviation) {
    return deviation <= 0
        ? "none"
        : deviation < 0.02
            ? "below-2"
            : deviation < 0.05 ? "2-to-5" : deviation < 0.12 ? "5-to-12" : "12-or-more";
  }

  /** Multiplies the loss of the rows from {@code from} to before {@code to}. */
  Sketch scale(int from, int to, double factor) {
    for (int i = Math.max(0, from); i < Math.min(rows(), to); i++) {
      loss[i] *= factor;
    }
    return this;
  }

  /** Lets a disturbance of the loss appear at a row and fade with a time constant, in rows. */
  Sketch bump(int row, double height, double fadeRows) {
    for (int i = row; i < Math.min(rows(), row + 8 * fadeRows); i++) {
      loss[i] += height * StrictMath.exp((row - i) / fadeRows);
    }
    return this;
  }

  /** Removes the first rows, as if the log began in the middle of the run. */
  Sketch dropFirst(int rows) {
    firstStep += rows * every;
    loss = Arrays.copyOfRange(loss, rows, loss.length);
    norm = Arrays.copyOfRange(norm, rows, norm.length);
    rate = Arrays.copyOfRange(rate, rows, rate.length);
    return this;
  }

  /** Keeps only the rows before {@code rows}. */
  Sketch cut(int rows) {
    loss = Arrays.copyOf(loss, rows);
    norm = Arrays.copyOf(norm, rows);
    rate = Arrays.copyOf(rate, rows);
    return this;
  }

  /** Labels the run as one that diverges at a row because of something abrupt in the same row. */
  Sketch sudden(int row) {
    truth = new Truth(RunClass.SUDDEN, row, row);
    return this;
  }

  /** Labels the run as one that diverges at a row, with signs from an earlier row on. */
  Sketch predictable(int row, int signsFrom) {
    truth = new Truth(RunClass.PREDICTABLE, row, signsFrom);
    return this;
  }

  Truth truth() {
    return truth;
  }
}
