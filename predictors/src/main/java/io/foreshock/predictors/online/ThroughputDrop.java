// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a run that has become slower than it was.
 *
 * <p><b>Definition.</b> Speed is {@code tokens_per_second}, or else {@code mfu}, or else 1 / {@code
 * step_seconds}: the first of them that the run sends. Its mean is taken over stretches of {@value
 * #STRETCH_SECONDS} s by the times of the lines, or one line where lines are rarer. A stretch is
 * slow when it is below the median of the last {@value #WINDOW} stretches that were not slow by
 * max({@value #SHARE} of it, {@value #SCALES} robust scales of theirs). Slow stretches add their
 * length to a clock, but at most {@value #LONGEST_SECONDS} s each, and the others take theirs from
 * it. From {@value #SLOW_SECONDS} s on: info, and warning when the stretch is slower by {@value
 * #WARNING_SHARE}. So a verdict comes after 10 minutes that are all slow, or after 15 minutes of
 * which most are.
 *
 * <p><b>Edges.</b> An evaluation or a checkpoint makes one line slow, or one stretch. Where {@code
 * tokens} shows that a step has another number of tokens, a new level begins, as at a stage
 * boundary. So it does after {@value #ACCEPT_AFTER} slow stretches in a row. Nothing is judged
 * before {@value #WARM_UP} stretches; a slow start only lifts the level later. Lines without times,
 * as in some recorded logs, are never slow. <b>Cost.</b> O(1), O({@value #WINDOW}) a stretch.
 * <b>Source.</b> Marin's 535B run announces tokens/s or MFU below its floor for most of 15 minutes
 * (marin#8435). No public log that we have holds throughput: it was measured on made-up runs.
 */
public final class ThroughputDrop implements Detector {
  private static final double STRETCH_SECONDS = 60;
  private static final double LONGEST_SECONDS = 300;
  private static final double SLOW_SECONDS = 600;
  private static final double MOST_SECONDS = 1200;
  private static final int WINDOW = 64;
  private static final int WARM_UP = 10;
  private static final int ACCEPT_AFTER = 64;
  private static final double SHARE = 0.15;
  private static final double WARNING_SHARE = 0.3;
  private static final double SCALES = 4;
  private static final double OTHER_BATCH = 0.01;
  private static final double NANOS = 1e9;
  private static final Signal[] BY_RANK = {
    Signal.TOKENS_PER_SECOND, Signal.MFU, Signal.STEP_SECONDS
  };

  private final Window speeds = new Window(WINDOW);
  private final double[] scratch = new double[WINDOW];

  /** Index of the signal that is followed; that of none before the first. */
  private int followed = BY_RANK.length;

  private boolean begun;
  private long stretchNanos;
  private double sum;
  private int lines;
  private double level = Double.NaN;
  private double limit = Double.NaN;
  private double newest;
  private double slowSeconds;
  private int slowInARow;
  private double lastTokens = Double.NaN;
  private long lastTokensStep;
  private double batchTokens = Double.NaN;

  @Override
  public AlarmKind kind() {
    return AlarmKind.THROUGHPUT_DROP;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.TOKENS_PER_SECOND, Signal.MFU, Signal.STEP_SECONDS, Signal.TOKENS);
  }

  @Override
  public Judging judging() {
    int have = Math.min(speeds.size(), WARM_UP);
    return begun && have == 0
        ? new Judging.WarmingUp(0, WARM_UP)
        : Judging.of(have, WARM_UP, "tokens_per_second, mfu or step_seconds");
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    followBatch(sample);
    int first = 0;
    while (first < followed && !sample.has(BY_RANK[first])) {
      first++;
    }
    if (first < followed) {
      followed = first;
      boundary();
    }
    if (followed == BY_RANK.length || !sample.has(BY_RANK[followed])) {
      return;
    }
    Signal signal = BY_RANK[followed];
    double value = sample.get(signal);
    double speed = signal == Signal.STEP_SECONDS ? 1 / value : value;
    if (!(speed >= 0) || Double.isInfinite(speed)) {
      return;
    }
    if (!begun) {
      begun = true;
      stretchNanos = sample.timeNanos();
    }
    sum += speed;
    lines++;
    double seconds = (sample.timeNanos() - stretchNanos) / NANOS;
    if (seconds >= STRETCH_SECONDS) {
      newest = sum / lines;
      sum = 0;
      lines = 0;
      stretchNanos = sample.timeNanos();
      stretch(sample.step(), Math.min(seconds, LONGEST_SECONDS));
    }
    if (slowSeconds >= SLOW_SECONDS) {
      emit(signal, verdicts);
    }
  }

  @Override
  public void boundary() {
    speeds.clear();
    begun = false;
    sum = 0;
    lines = 0;
    level = Double.NaN;
    limit = Double.NaN;
    slowSeconds = 0;
    slowInARow = 0;
  }

  @Override
  public void exchange(State state) {
    speeds.exchange(state);
    followed = (int) state.integer(followed);
    begun = state.flag(begun);
    stretchNanos = state.integer(stretchNanos);
    sum = state.real(sum);
    lines = (int) state.integer(lines);
    level = state.real(level);
    limit = state.real(limit);
    newest = state.real(newest);
    slowSeconds = state.real(slowSeconds);
    slowInARow = (int) state.integer(slowInARow);
    lastTokens = state.real(lastTokens);
    lastTokensStep = state.integer(lastTokensStep);
    batchTokens = state.real(batchTokens);
  }

  /** Begins a new level where a step has another number of tokens. */
  private void followBatch(Sample sample) {
    double tokens = sample.get(Signal.TOKENS);
    if (Double.isNaN(tokens)) {
      return;
    }
    double batch = (tokens - lastTokens) / (sample.step() - lastTokensStep);
    if (batch > 0 && !Double.isInfinite(batch)) {
      if (Math.abs(batch - batchTokens) > OTHER_BATCH * batchTokens) {
        boundary();
      }
      batchTokens = batch;
    }
    lastTokens = tokens;
    lastTokensStep = sample.step();
  }

  private void stretch(long step, double seconds) {
    if (newest < limit) {
      slowSeconds = Math.min(slowSeconds + seconds, MOST_SECONDS);
      if (++slowInARow == ACCEPT_AFTER) {
        boundary();
      }
      return;
    }
    slowInARow = 0;
    slowSeconds = Math.max(0, slowSeconds - seconds);
    speeds.add(step, newest);
    if (speeds.size() < WARM_UP) {
      return;
    }
    int size = speeds.size();
    for (int i = 0; i < size; i++) {
      scratch[i] = speeds.value(i);
    }
    level = Medians.of(scratch, 0, size);
    for (int i = 0; i < size; i++) {
      scratch[i] = Math.abs(speeds.value(i) - level);
    }
    double scale = Medians.MAD_TO_SIGMA * Medians.of(scratch, 0, size);
    limit = level - Math.max(SHARE * level, SCALES * scale);
  }

  private void emit(Signal signal, Consumer<Verdict> verdicts) {
    boolean inverse = signal == Signal.STEP_SECONDS;
    double slower = 1 - newest / level;
    Severity severity = slower >= WARNING_SHARE ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.THROUGHPUT_DROP, severity, signal)
        .value(inverse ? 1 / newest : newest, inverse ? 1 / limit : limit)
        .evidence("usual", inverse ? 1 / level : level)
        .evidence("slower_share", slower)
        .evidence("slow_seconds", slowSeconds)
        .emit(
            verdicts,
            "The run is slow: "
                + signal.wireName()
                + " is "
                + Finding.figure(inverse ? 1 / newest : newest)
                + ", usually "
                + Finding.figure(inverse ? 1 / level : level)
                + ", for most of the last "
                + Finding.steps(Math.max(SLOW_SECONDS, slowSeconds) / 60)
                + " minutes or more.");
  }
}
