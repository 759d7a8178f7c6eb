// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a policy that leaves its reference while the reward does not rise.
 *
 * <p><b>Definition.</b> With the level and reference of {@link OwnLevel} and the {@link
 * RewardCourse}: info above {@value #GREW} times the reference while the reward does not rise;
 * warning above {@value #FAR} times when the reward has fallen; critical above {@value #LOST} times
 * when it has fallen. Without rewards info above {@value #FAR} times, warning above {@value #LOST}
 * times.
 *
 * <p><b>Edges.</b> Healthy runs raise the divergence slowly as the reward rises, and step by step
 * when the coefficient of its penalty changes. It has no limit of its own, because tools send it
 * per token or per sequence, and by different estimators. While its level is not above 0, nothing
 * is judged. Without {@code reward_mean} it is judged only where {@code objective} is {@code
 * policy}: TRL's KTO logs another divergence under the same name. <b>Source.</b> Our own, after
 * what users of such trainers describe. For reward hacking no usable early warning is known
 * (pytorch/rl#3984). Measured on computed runs.
 */
public final class KlGrowth extends RewardedDetector {
  private static final double GREW = 4;
  private static final double FAR = 10;
  private static final double LOST = 30;

  /** A detector that has seen nothing. */
  public KlGrowth() {
    super(AlarmKind.KL_GROWTH, Signal.KL);
  }

  @Override
  public Judging judging() {
    return judgingOfPolicy("kl and reward_mean");
  }

  @Override
  @Nullable Severity judge() {
    if (level.reference() <= 0 || !policy && !reward.known()) {
      return null;
    }
    if (!reward.known()) {
      return isAbove(LOST) ? Severity.WARNING : isAbove(FAR) ? Severity.INFO : null;
    }
    if (reward.hasFallen() && isAbove(FAR)) {
      return isAbove(LOST) ? Severity.CRITICAL : Severity.WARNING;
    }
    return isAbove(GREW) && !reward.isRising() ? Severity.INFO : null;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding.value(level.level(), GREW * level.reference()).evidence("before", level.reference());
    addReward(finding);
    finding.emit(
        verdicts,
        "The policy leaves its reference: KL is "
            + Finding.figure(level.level())
            + ", "
            + Finding.figure(level.level() / level.reference())
            + " times what it was before"
            + (!reward.known()
                ? "."
                : reward.hasFallen()
                    ? ", and the reward has fallen."
                    : ", and the reward does not rise."));
  }
}
