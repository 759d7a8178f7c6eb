// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.List;

/**
 * What the runs there have been say of one that has not begun.
 *
 * @param verdict in a word
 * @param probability that it is lost: diverges, or ends a tenth above what a lower rate reaches;
 *     NaN without basis, and where all runs had the same end and this one lies beyond them
 * @param safeLearningRate highest rate at which a run of this size is lost with at most {@link
 *     Trends#SAFE} probability, within the rates that were tried; NaN when none is, when a logit is
 *     expected to pass its limit below it, or without basis
 * @param safeUpToTheHighest whether that is merely the highest rate tried
 * @param crossings which signal is expected to pass its limit, and when
 * @param basis the runs behind it
 * @param bands where the signals are expected to be; empty without basis
 * @param caveats what to know before believing it
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

  /** The answer in a word. */
  public enum Verdict {
    /** At most {@link Trends#SAFE} probable to be lost, and no signal on its way to its limit. */
    STABLE,
    /** Between the others, or nothing tells. */
    UNCERTAIN,
    /** At least as probable to be lost as not, or the attention logit is to pass its limit. */
    UNSTABLE,
    /** No runs to go by. */
    NO_BASIS
  }

  /**
   * The runs that were gone by.
   *
   * @param runs of this kind with size and rate
   * @param settled those of them whose end is known
   * @param lost those of them that diverged, or ended a tenth above what a lower rate reached
   * @param smallest parameters of the settled ones, as all that follows; NaN without runs
   * @param largest parameters
   * @param lowestRate peak learning rate
   * @param highestRate peak learning rate
   * @param decadesOutsideSize how far the size lies outside of theirs, in powers of ten; 0 within
   * @param decadesOutsideRate how far the rate does
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
   * @param signal which
   * @param limit that it passes
   * @param step at which
   */
  public record ExpectedCrossing(TrendSignal signal, double limit, long step) {}
}
