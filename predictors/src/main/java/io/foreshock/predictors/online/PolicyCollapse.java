// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a policy that collapses: its entropy is spent, or it explodes into noise.
 *
 * <p><b>Definition.</b> With the level m of {@link OwnLevel}, b the level where it began, and the
 * {@link RewardCourse}. Spent: info when m is below {@value #LOW} b, or below {@value #HALF} of its
 * reference and {@value #LOWER} b, which is a fast fall; warning below {@value #SPENT} b when the
 * reward has not risen since the beginning, or has fallen; critical below {@value #NOTHING} b when
 * the reward has fallen. A policy that earns more than it did has traded entropy for reward, which
 * is what training does: info only. Without rewards warning below {@value #NOTHING} b. Exploded:
 * only when the reward has fallen; warning above {@value #MORE} b, critical above {@value #NOISE}
 * b.
 *
 * <p><b>Edges.</b> A {@code policy_entropy} without {@code reward_mean} is judged only where {@code
 * objective} is {@code policy}: TRL logs the entropy of supervised runs under the same name. An
 * entropy below 0, of a continuous policy, is not judged. <b>Source.</b> Reward as a function of
 * entropy: arXiv 2505.22617; that entropy tells failing runs early, on two models: arXiv
 * 2606.18487; exploding entropies: public logs of GRPO. The limits are our own. No rates of false
 * alarms are published.
 */
public final class PolicyCollapse extends RewardedDetector {
  private static final double LOW = 0.2;
  private static final double HALF = 0.5;
  private static final double LOWER = 0.6;
  private static final double SPENT = 0.1;
  private static final double NOTHING = 0.05;
  private static final double MORE = 2;
  private static final double NOISE = 8;

  private boolean negative;

  /** A detector that has seen nothing. */
  public PolicyCollapse() {
    super(AlarmKind.POLICY_COLLAPSE, Signal.POLICY_ENTROPY);
  }

  @Override
  public Judging judging() {
    if (negative) {
      return new Judging.NothingToJudgeBy("a policy_entropy that stays above 0");
    }
    return judgingOfPolicy("policy_entropy and reward_mean");
  }

  @Override
  public void exchange(State state) {
    super.exchange(state);
    negative = state.flag(negative);
  }

  @Override
  void readOthers(Sample sample) {
    super.readOthers(sample);
    negative |= sample.get(Signal.POLICY_ENTROPY) < 0;
  }

  @Override
  @Nullable Severity judge() {
    double began = level.began();
    double moved = Math.abs(began - level.level());
    if (negative || !policy && !reward.known() || moved < CLEAR * level.error()) {
      return null;
    }
    double left = level.level() / began;
    return left > 1 ? exploded(left) : spent(left);
  }

  private @Nullable Severity exploded(double times) {
    if (times < MORE || !reward.known() || !reward.hasFallen()) {
      return null;
    }
    return times < NOISE ? Severity.WARNING : Severity.CRITICAL;
  }

  private @Nullable Severity spent(double left) {
    if (reward.known()) {
      if (left < NOTHING && reward.hasFallen()) {
        return Severity.CRITICAL;
      }
      if (left < SPENT && (reward.hasFallen() || !reward.hasRisen())) {
        return Severity.WARNING;
      }
    } else if (left < NOTHING) {
      return Severity.WARNING;
    }
    return left < LOW || left < LOWER && isBelow(HALF) ? Severity.INFO : null;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    boolean noise = level.level() > level.began();
    finding.value(level.level(), (noise ? MORE : LOW) * level.began());
    finding.evidence("began", level.began());
    addReward(finding);
    finding.emit(
        verdicts,
        "The policy's entropy is "
            + Finding.figure(level.level())
            + " nats per token, and was "
            + Finding.figure(level.began())
            + " in the beginning"
            + (noise
                ? "; the reward has fallen: the policy has collapsed into noise."
                : !reward.known()
                    ? ": it hardly explores any more."
                    : reward.hasFallen()
                        ? "; the reward has fallen: the policy has collapsed."
                        : reward.hasRisen()
                            ? "; the reward has risen meanwhile."
                            : "; the reward has not risen: it stops exploring without gain."));
  }
}
