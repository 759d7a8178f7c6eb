// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a gradient norm of exactly 0: nothing is trained.
 *
 * <p><b>Definition.</b> Warning from the {@value #PATIENCE}nd norm of exactly 0 in a row. Never
 * critical, because no weight is harmed, and groups without spread in reinforcement learning do so
 * for a while.
 *
 * <p><b>Cost.</b> O(1). <b>Source.</b> Our own, after public logs.
 */
public final class GradientZero implements Detector {
  private static final int PATIENCE = 2;

  private int zeros;
  private boolean seen;

  @Override
  public AlarmKind kind() {
    return AlarmKind.GRADIENT_ZERO;
  }

  @Override
  public Judging judging() {
    return Judging.of(seen ? 1 : 0, 1, Signal.GRAD_NORM.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.GRAD_NORM);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double norm = sample.get(Signal.GRAD_NORM);
    if (Double.isNaN(norm)) {
      return;
    }
    seen = true;
    zeros = norm == 0 ? zeros + 1 : 0;
    if (zeros >= PATIENCE) {
      new Finding(AlarmKind.GRADIENT_ZERO, Severity.WARNING, Signal.GRAD_NORM)
          .value(0, 0)
          .evidence("samples", zeros)
          .emit(
              verdicts,
              "Gradient norm is exactly 0 in "
                  + zeros
                  + " samples in a row: nothing is trained. The loss may not depend on the"
                  + " parameters, or all of them may be frozen.");
    }
  }

  @Override
  public void exchange(State state) {
    zeros = (int) state.integer(zeros);
    seen = state.flag(seen);
  }
}
