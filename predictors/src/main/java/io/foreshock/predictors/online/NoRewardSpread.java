// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects groups whose rewards are all equal: such groups give no gradient.
 *
 * <p><b>Definition.</b> With the level of {@link OwnLevel} and the {@link RewardCourse}: info when
 * the share of groups without spread is {@value #MOST} or more. Warning from {@value #NEARLY_ALL}
 * on when the reward has not risen since the beginning, or has fallen: nothing is learned. When it
 * has risen and not fallen, the task may be solved, which is info. Without rewards it is info.
 *
 * <p><b>Edges.</b> Never critical, because no weight is harmed. A task that is solved from the
 * beginning is a warning: nothing is learned there either. <b>Source.</b> Our own; the share is
 * what TRL logs. Measured on computed runs.
 */
public final class NoRewardSpread extends RewardedDetector {
  private static final double MOST = 0.95;
  private static final double NEARLY_ALL = 0.98;

  /** A detector that has seen nothing. */
  public NoRewardSpread() {
    super(AlarmKind.NO_REWARD_SPREAD, Signal.ZERO_STD_SHARE);
  }

  @Override
  @Nullable Severity judge() {
    if (level.level() < MOST) {
      return null;
    }
    boolean useless = reward.known() && (reward.hasFallen() || !reward.hasRisen());
    return useless && level.level() >= NEARLY_ALL ? Severity.WARNING : Severity.INFO;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding.value(level.level(), MOST);
    addReward(finding);
    finding.emit(
        verdicts,
        "In "
            + Finding.figure(100 * level.level())
            + " % of the groups all rewards are equal, so they give no gradient"
            + (!reward.known()
                ? "."
                : reward.hasFallen()
                    ? ", and the reward has fallen: nothing is learned."
                    : reward.hasRisen()
                        ? ". The reward has risen: the task may be solved."
                        : ", and the reward has not risen: nothing is learned. The reward may be"
                            + " constant, or the task too hard or too easy."));
  }
}
