// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One telemetry line's numbers: a whole step's ({@code train_step}) or one layer's ({@code
 * train_layer}); or one loss of an evaluation.
 *
 * <p><b>Edges.</b> An absent signal reads as NaN. A non-finite value is never held: setting one
 * counts it in {@link #nonfinite()} and leaves the signal absent, so that no reader can mistake it
 * for a measurement. A signal of the other measurement is always absent, so a reader may ask any
 * sample for the signals that it needs.
 *
 * <p><b>Threads.</b> Not safe; a parser reuses one instance, so do not store the sample itself.
 * <b>Cost.</b> No allocation after construction.
 */
public final class Sample {
  /** {@link #head()} of a line that is not about one attention head. */
  public static final int NO_HEAD = -1;

  /** {@link #segment()} of a line without the tag. */
  public static final int NO_SEGMENT = -1;

  /** {@link #rank()} of a line without the tag. */
  public static final int NO_RANK = -1;

  private final double[] values = new double[Signal.COUNT];
  private Measurement measurement;
  private @Nullable String layer;
  private int head;
  private int segment;
  private int rank;
  private long step;
  private long timeNanos;
  private long nonfinite;
  private long present;
  private long broken;
  private boolean foreign;

  private Sample(
      Measurement measurement, @Nullable String layer, int head, long step, long timeNanos) {
    this.measurement = measurement;
    reset(measurement, layer, head, step, timeNanos);
  }

  /** An empty sample of a whole step; {@code step} from 1, {@code timeNanos} since the epoch. */
  public static Sample ofStep(long step, long timeNanos) {
    return new Sample(Measurement.TRAIN_STEP, null, NO_HEAD, step, timeNanos);
  }

  /**
   * An empty sample of one layer: {@code embedding}, {@code 0}…{@code L-1} or {@code head}.
   *
   * @param head index of the attention head, or {@link #NO_HEAD}
   */
  public static Sample ofLayer(String layer, int head, long step, long timeNanos) {
    return new Sample(Measurement.TRAIN_LAYER, layer, head, step, timeNanos);
  }

  /**
   * An empty sample of an evaluation, whose name takes the place of the layer's.
   *
   * @param step optimizer step at which the evaluation was made
   */
  public static Sample ofEvaluation(String name, long step, long timeNanos) {
    return new Sample(Measurement.EVALUATION, name, NO_HEAD, step, timeNanos);
  }

  /** Empties this sample for another line. */
  public Sample reset(
      Measurement measurement, @Nullable String layer, int head, long step, long timeNanos) {
    if ((measurement == Measurement.TRAIN_STEP) != (layer == null)) {
      throw new IllegalArgumentException(
          "layer = " + layer + " in " + measurement + ": expected exactly on train_layer");
    }
    this.measurement = measurement;
    this.layer = layer;
    this.head = head;
    this.segment = NO_SEGMENT;
    this.rank = NO_RANK;
    this.step = step;
    this.timeNanos = timeNanos;
    this.nonfinite = 0;
    this.present = 0;
    this.broken = 0;
    this.foreign = false;
    Arrays.fill(values, Double.NaN);
    return this;
  }

  /** Sets a signal; a non-finite value is counted instead. */
  public Sample set(Signal signal, double value) {
    if (signal.measurement() != measurement) {
      throw new IllegalArgumentException(
          "signal = " + signal + ": expected one of " + measurement.wireName());
    }
    if (Double.isFinite(value)) {
      values[signal.ordinal()] = value;
      present |= 1L << signal.ordinal();
    } else {
      nonfinite++;
      broken |= 1L << signal.ordinal();
    }
    return this;
  }

  /** Adds to the count of non-finite values, such as gradient elements. */
  public Sample addNonfinite(long count) {
    nonfinite += count;
    return this;
  }

  /** Notes that the line has fields that are no signals. */
  public Sample withForeignFields() {
    foreign = true;
    return this;
  }

  /** Whether the line has fields that are no signals. */
  public boolean hasForeignFields() {
    return foreign;
  }

  /** Sets the lineage segment that the sender declares. */
  public Sample inSegment(int segment) {
    this.segment = segment;
    return this;
  }

  /** Sets the rank that sent the line. */
  public Sample ofRank(int rank) {
    this.rank = rank;
    return this;
  }

  /** The signal's value; NaN when absent. Never infinite. */
  public double get(Signal signal) {
    return values[signal.ordinal()];
  }

  /** Whether the signal was measured. */
  public boolean has(Signal signal) {
    return !Double.isNaN(values[signal.ordinal()]);
  }

  /**
   * Whether the signal was sent as NaN or ±Inf; unlike one that was left out, it is known to be.
   */
  public boolean isBroken(Signal signal) {
    return (broken >> signal.ordinal() & 1) != 0;
  }

  /** The signals that were sent as NaN or ±Inf: bit i is that of ordinal i. */
  public long broken() {
    return broken;
  }

  /** How many auxiliary signals were sent as NaN or ±Inf; {@link #nonfinite} counts them too. */
  public int brokenAuxiliaries() {
    return Long.bitCount(broken & Signal.AUXILIARY);
  }

  /** The signals that are present: bit i is that of ordinal i. */
  public long present() {
    return present;
  }

  /** How many of the line's values, or of the gradient's elements, were NaN or ±Inf. */
  public long nonfinite() {
    return nonfinite;
  }

  /** Optimizer step, from 1; goes back after a rollback. */
  public long step() {
    return step;
  }

  /** Time of the line, nanoseconds since the epoch. */
  public long timeNanos() {
    return timeNanos;
  }

  /** {@code train_step}, {@code train_layer} or {@code evaluation}. */
  public Measurement measurement() {
    return measurement;
  }

  /** Layer name, or an evaluation's name; null in a {@code train_step}. */
  public @Nullable String layer() {
    return layer;
  }

  /** Attention head, or {@link #NO_HEAD}. */
  public int head() {
    return head;
  }

  /** Segment declared by the sender, or {@link #NO_SEGMENT}. */
  public int segment() {
    return segment;
  }

  /** Rank that sent the line, of several that train one run; {@link #NO_RANK} without the tag. */
  public int rank() {
    return rank;
  }

  /** A sample of its own with the same content. */
  public Sample copy() {
    Sample copy = new Sample(measurement, layer, head, step, timeNanos);
    System.arraycopy(values, 0, copy.values, 0, values.length);
    copy.segment = segment;
    copy.rank = rank;
    copy.nonfinite = nonfinite;
    copy.present = present;
    copy.broken = broken;
    copy.foreign = foreign;
    return copy;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(measurement.wireName());
    if (layer != null) {
      text.append(" layer=").append(layer);
    }
    text.append(" step=").append(step);
    for (Signal signal : Signal.values()) {
      if (has(signal)) {
        text.append(' ').append(signal.wireName()).append('=').append(get(signal));
      }
    }
    return text.append(" nonfinite=").append(nonfinite).toString();
  }
}
