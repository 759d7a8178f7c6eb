// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.EnumMap;
import java.util.Map;

/**
 * Summarizes a run while it trains, so that other runs can be judged by it.
 *
 * <p><b>Definition.</b> {@link Milestones} of every {@link TrendSignal}. The run has diverged once
 * an attention logit was above {@value #LOGIT_LIMIT}; or for {@value #LASTING} losses in a row
 * their average over {@value #FAST} samples was more than 10 % above the lowest average over
 * {@value #SLOW}. That is the rule of the labels, with averages instead of medians, which would
 * need the whole run. A loss that is not finite counts as {@value #NONFINITE} losses, because
 * trainers stop before there are many.
 *
 * <p><b>Edges.</b> A run that diverged stays diverged, unless a rollback rewinds it with its watch.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> O(1) a sample, 1.3 KB.
 */
public final class Summarizer {
  private static final double LOGIT_LIMIT = 1e4;
  private static final int LASTING = 25;
  private static final int NONFINITE = 3;
  private static final double FAST = 9;
  private static final double SLOW = 25;
  private static final double RISE = 1.10;
  private static final TrendSignal[] SIGNALS = TrendSignal.values();

  private final Milestones[] milestones = new Milestones[SIGNALS.length];
  private long lastStep;
  private double samples;
  private double fast;
  private double slow;
  private double lowest = Double.POSITIVE_INFINITY;
  private int above;
  private boolean diverged;

  /** A summarizer of a new run. */
  public Summarizer() {
    for (int i = 0; i < milestones.length; i++) {
      milestones[i] = new Milestones();
    }
  }

  /** Reads the run's next sample in order. */
  public void accept(Sample sample) {
    for (int i = 0; i < SIGNALS.length; i++) {
      milestones[i].add(sample.step(), SIGNALS[i].of(sample));
    }
    diverged |= sample.get(Signal.ATTENTION_LOGIT_MAX) > LOGIT_LIMIT;
    if (sample.measurement() == Measurement.TRAIN_STEP) {
      lastStep = sample.step();
      follow(sample);
    }
  }

  /** The current signal, smoothed over some samples; NaN before the first. */
  public double now(TrendSignal signal) {
    return milestones[signal.ordinal()].now();
  }

  /** Returns the summary so far. */
  public RunSummary summary(String run, RunConfig config) {
    Map<TrendSignal, double[]> values = new EnumMap<>(TrendSignal.class);
    for (TrendSignal signal : SIGNALS) {
      values.put(signal, milestones[signal.ordinal()].values());
    }
    return new RunSummary(run, config, lastStep, diverged, values);
  }

  /** Saves or restores the state. */
  public void exchange(State state) {
    for (Milestones signal : milestones) {
      signal.exchange(state);
    }
    lastStep = state.integer(lastStep);
    samples = state.real(samples);
    fast = state.real(fast);
    slow = state.real(slow);
    lowest = state.real(lowest);
    above = (int) state.integer(above);
    diverged = state.flag(diverged);
  }

  private void follow(Sample sample) {
    double loss = sample.get(Signal.LOSS);
    boolean bad = Double.isNaN(loss) && sample.nonfinite() > 0;
    if (Double.isNaN(loss) && !bad) {
      return;
    }
    boolean high = bad;
    if (!bad) {
      samples++;
      fast += (loss - fast) / Math.min(samples, FAST);
      slow += (loss - slow) / Math.min(samples, SLOW);
      lowest = samples >= SLOW ? Math.min(lowest, slow) : lowest;
      high = fast > RISE * lowest;
    }
    above = high ? above + (bad ? NONFINITE : 1) : 0;
    diverged |= above >= LASTING;
  }
}
