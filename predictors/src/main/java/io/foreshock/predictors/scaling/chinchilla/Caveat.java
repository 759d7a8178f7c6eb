// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.List;

/**
 * A limit of a fitted number that its reader must know.
 *
 * @param kind kind of the caveat
 * @param rows numbers of the rows that it is about; empty for all rows, or for none in particular
 * @param message a sentence with its numbers
 */
public record Caveat(Kind kind, List<Integer> rows, String message) {
  public Caveat {
    rows = List.copyOf(rows);
  }

  /** A caveat about no row in particular. */
  static Caveat of(Kind kind, String message) {
    return new Caveat(kind, List.of(), message);
  }

  /** The kinds of caveats. */
  public enum Kind {
    /** The exponents depend on whether embeddings count as parameters. */
    PARAMETERS_COUNTED,
    /** A few rows decide the fit. */
    INFLUENTIAL_ROWS,
    /** Some losses are from the middle of a learning-rate schedule. */
    SCHEDULE_NOT_MATCHED,
    /** The table does not show whether schedules match lengths. */
    SCHEDULE_UNKNOWN,
    /** A prediction is outside of the range of the rows. */
    EXTRAPOLATION,
    /** An exponent or the irreducible loss has a value without meaning. */
    AT_BOUND,
    /** There are few rows for the number of unknowns. */
    FEW_POINTS,
    /** There are several losses at the same size and length. */
    REPEATED_POINTS,
    /** Some budgets have no minimum among the sizes tried. */
    BUDGETS_LEFT_OUT,
    /** Some draws of the bootstrap could not be fitted. */
    FAILED_REFITS
  }
}
