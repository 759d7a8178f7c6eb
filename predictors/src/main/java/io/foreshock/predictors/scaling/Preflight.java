// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.List;

/**
 * The judgement of a run before it begins, from runs that have ended.
 *
 * @param verdict the verdict
 * @param probability probability that the run is unstable: that it diverges, or ends a tenth above
 *     what a lower learning rate reaches. NaN without basis, and where all runs ended alike and
 *     this one lies beyond them
 * @param safeLearningRate highest learning rate at which a run of this size is unstable with a
 *     probability of at most {@link Trends#SAFE}, within the learning rates that were tried. NaN
 *     when there is none, when a logit is expected to pass its limit below it, or without basis
 * @param safeUpToTheHighest whether that is the highest learning rate that was tried
 * @param crossings signals that are expected to pass their limits, and when
 * @param basis the runs by which it was judged
 * @param bands expected values of the signals; empty without basis
 * @param caveats limits of the judgement, one sentence each
 */
public record Preflight(
    Verdict verdict,
    double probability,
    double safeLearningRate,
    boolean safeUpToTheHighest,
    List<ExpectedCrossing> crossings,
    Basis basis,
    List<Band> bands,
    List<String> caveats) {

  /** The verdict in one word. */
  public enum Verdict {
    /**
     * Unstable with a probability of at most {@link Trends#SAFE}, and no signal passes its limit.
     */
    STABLE,
    /** Between stable and unstable, or nothing decides. */
    UNCERTAIN,
    /**
     * Unstable with a probability of at least one half, or the attention logit passes its limit.
     */
    UNSTABLE,
    /** There are not enough runs to judge by. */
    NO_BASIS
  }

  /**
   * The runs by which it was judged.
   *
   * @param runs number of runs of this kind with size and learning rate
   * @param settled number of those whose end is known
   * @param lost number of those that were unstable: they diverged, or ended a tenth above what a
   *     lower learning rate reached
   * @param smallest smallest size of the settled runs; this and the following are NaN without runs
   * @param largest largest size
   * @param lowestRate lowest peak learning rate
   * @param highestRate highest peak learning rate
   * @param decadesOutsideSize distance of the size from theirs, in powers of ten; 0 within
   * @param decadesOutsideRate distance of the learning rate from theirs, in powers of ten
   */
  public record Basis(
      int runs,
      int settled,
      int lost,
      double smallest,
      double largest,
      double lowestRate,
      double highestRate,
      double decadesOutsideSize,
      double decadesOutsideRate) {}

  /**
   * A signal expected to pass its limit.
   *
   * @param signal the signal
   * @param limit limit that it passes
   * @param step step at which it passes the limit
   */
  public record ExpectedCrossing(TrendSignal signal, double limit, long step) {}
}
