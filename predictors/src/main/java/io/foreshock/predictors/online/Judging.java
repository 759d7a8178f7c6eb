// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

/** Whether a detector can judge its run now. Silence of a detector that cannot is not health. */
public sealed interface Judging {
  /** It judges every sample. */
  record Active() implements Judging {}

  /**
   * It needs more samples before it can judge.
   *
   * @param have samples of its signal so far
   * @param need samples that it needs
   */
  record WarmingUp(int have, int need) implements Judging {}

  /**
   * The run does not send what it needs.
   *
   * @param needs what is missing: wire names of signals, or of fields of {@code run_config}, in
   *     words that follow "needs"
   */
  record NothingToJudgeBy(String needs) implements Judging {}

  /** Active once {@code have} reaches {@code need}; nothing to judge by while it is 0. */
  static Judging of(int have, int need, String needs) {
    if (have == 0) {
      return new NothingToJudgeBy(needs);
    }
    return have < need ? new WarmingUp(have, need) : new Active();
  }
}
