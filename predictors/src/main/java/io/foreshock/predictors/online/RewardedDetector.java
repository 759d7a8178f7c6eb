// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;

/** A detector that judges the level of one signal of a policy beside the course of its reward. */
abstract class RewardedDetector extends LevelDetector {
  final RewardCourse reward = new RewardCourse();
  private final Set<Signal> signals;

  /** Whether the run announced that its loss is that of a policy. */
  boolean policy;

  RewardedDetector(AlarmKind kind, Signal signal) {
    super(kind, signal, 0);
    signals = Set.of(signal, Signal.REWARD_MEAN);
  }

  @Override
  public final Set<Signal> signals() {
    return signals;
  }

  @Override
  public final void configure(RunConfig config) {
    policy = config.text(ConfigField.OBJECTIVE).filter("policy"::equals).isPresent();
  }

  @Override
  public final void boundary() {
    super.boundary();
    reward.boundary();
  }

  @Override
  public void exchange(State state) {
    super.exchange(state);
    reward.exchange(state);
  }

  @Override
  void readOthers(Sample sample) {
    double mean = sample.get(Signal.REWARD_MEAN);
    if (!Double.isNaN(mean)) {
      reward.add(sample.step(), mean);
    }
  }

  /** Samples of the signal that count: none before it is known to be that of a policy. */
  final Judging judgingOfPolicy(String needs) {
    int samples = policy || reward.known() ? level.warmedUp() : 0;
    return Judging.of(samples, OwnLevel.WARM_UP, needs);
  }

  /** Adds what is known of the reward. */
  final void addReward(Finding finding) {
    if (reward.known()) {
      finding.evidence("reward_mean", reward.level()).evidence("reward_highest", reward.highest());
    }
  }
}
