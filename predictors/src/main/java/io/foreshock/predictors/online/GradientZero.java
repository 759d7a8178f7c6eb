// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a gradient norm of exactly 0: nothing is trained.
 *
 * <p><b>Definition.</b> Warning from the {@value #PATIENCE}nd norm of exactly 0 in a row. Never
 * critical, because no weight is harmed. Info in reinforcement learning, unless {@code
 * zero_std_share} is sent and below {@value #SPREADLESS}: a batch whose groups have no spread has a
 * gradient of exactly 0, as in half of the public logs of GRPO, and {@link NoRewardSpread} judges
 * that. A run is of reinforcement learning when it sends rewards, or its {@code objective} is
 * {@code policy}.
 *
 * <p><b>Cost.</b> O(1). <b>Source.</b> Our own, after public logs.
 */
public final class GradientZero implements Detector {
  private static final int PATIENCE = 2;

  /** Share of groups. Logs of several steps a row have the norm of the last step only. */
  private static final double SPREADLESS = 0.25;

  private int zeros;
  private boolean seen;
  private boolean rewarded;
  private double spreadless = Double.NaN;
  private boolean policy;

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
    return Set.of(Signal.GRAD_NORM, Signal.REWARD_MEAN, Signal.ZERO_STD_SHARE);
  }

  @Override
  public void configure(RunConfig config) {
    policy = config.text(ConfigField.OBJECTIVE).filter("policy"::equals).isPresent();
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    rewarded |= sample.has(Signal.REWARD_MEAN);
    if (sample.has(Signal.ZERO_STD_SHARE)) {
      spreadless = sample.get(Signal.ZERO_STD_SHARE);
    }
    double norm = sample.get(Signal.GRAD_NORM);
    if (Double.isNaN(norm)) {
      return;
    }
    seen = true;
    zeros = norm == 0 ? zeros + 1 : 0;
    if (zeros >= PATIENCE) {
      boolean explained = (rewarded || policy) && !(spreadless < SPREADLESS);
      Severity severity = explained ? Severity.INFO : Severity.WARNING;
      new Finding(AlarmKind.GRADIENT_ZERO, severity, Signal.GRAD_NORM)
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
    rewarded = state.flag(rewarded);
    spreadless = state.real(spreadless);
  }
}
