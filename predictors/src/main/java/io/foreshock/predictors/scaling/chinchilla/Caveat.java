// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.List;

/**
 * What a fitted number must not be believed without.
 *
 * @param kind which caveat
 * @param rows numbers of the rows it is about; empty: all of them, or none in particular
 * @param message a sentence with its numbers
 */
public record Caveat(Kind kind, List<Integer> rows, String message) {
  public Caveat {
    rows = List.copyOf(rows);
  }

  /** About no row in particular. */
  static Caveat of(Kind kind, String message) {
    return new Caveat(kind, List.of(), message);
  }

  /** The caveats there are. */
  public enum Kind {
    /** The exponents depend on whether embeddings count as parameters. */
    PARAMETERS_COUNTED,
    /** A few rows decide the fit. */
    INFLUENTIAL_ROWS,
    /** Losses from the middle of a learning-rate schedule. */
    SCHEDULE_NOT_MATCHED,
    /** Whether schedules match lengths cannot be known from the table. */
    SCHEDULE_UNKNOWN,
    /** A prediction outside of the rows' range. */
    EXTRAPOLATION,
    /** An exponent or the irreducible loss ended where it means nothing. */
    AT_BOUND,
    /** Hardly more rows than unknowns. */
    FEW_POINTS,
    /** Several losses at the same size and length. */
    REPEATED_POINTS,
    /** Budgets without a minimum among the sizes tried. */
    BUDGETS_LEFT_OUT,
    /** Draws of the bootstrap that could not be fitted. */
    FAILED_REFITS
  }
}
