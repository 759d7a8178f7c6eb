// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A detector that judges the {@link OwnLevel} of one signal of a whole step.
 *
 * <p><b>Definition.</b> A verdict from the {@value #HOLD}th sample in a row whose level is judged
 * to be trouble. <b>Edges.</b> No verdict before the level is ready. <b>Cost.</b> O(1).
 */
abstract class LevelDetector implements Detector {
  private static final int HOLD = 4;

  /** Errors of the level that count as a change. */
  static final double CLEAR = 10;

  private final AlarmKind kind;
  private final Signal signal;
  final OwnLevel level;
  private int held;

  LevelDetector(AlarmKind kind, Signal signal, int leastSteps) {
    this.kind = kind;
    this.signal = signal;
    level = new OwnLevel(leastSteps);
  }

  @Override
  public AlarmKind kind() {
    return kind;
  }

  @Override
  public Judging judging() {
    return Judging.of(level.warmedUp(), OwnLevel.WARM_UP, signal.wireName());
  }

  @Override
  public final void update(Sample sample, Consumer<Verdict> verdicts) {
    readOthers(sample);
    double value = sample.get(signal);
    if (Double.isNaN(value)) {
      return;
    }
    level.add(sample.step(), value);
    Severity severity = level.ready() ? judge() : null;
    level.hold(severity != null);
    held = severity == null ? 0 : held + 1;
    if (severity != null && held >= HOLD) {
      emit(new Finding(kind, severity, signal), verdicts);
    }
  }

  @Override
  public void boundary() {
    level.boundary();
  }

  @Override
  public void exchange(State state) {
    level.exchange(state);
    held = (int) state.integer(held);
  }

  /** Reads the other signals of a sample; called before the level is judged. */
  void readOthers(Sample sample) {}

  /** How bad the level is now; null when it is no trouble. */
  abstract @Nullable Severity judge();

  /** Completes and emits the verdict. */
  abstract void emit(Finding finding, Consumer<Verdict> verdicts);

  /** Whether the level is above a multiple of its reference, and that by more than noise. */
  final boolean isAbove(double factor) {
    double m = level.level();
    double r = level.reference();
    return m > factor * r && m - r > CLEAR * level.error();
  }

  /** Whether the level is below a share of its reference, and that by more than noise. */
  final boolean isBelow(double share) {
    double m = level.level();
    double r = level.reference();
    return m < share * r && r - m > CLEAR * level.error();
  }
}
