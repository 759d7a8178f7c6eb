// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * Thrown for data that cannot be fitted.
 *
 * <p>It holds the row and the column, so that the reader of the table can name them in its own
 * words.
 */
public final class FitException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int row;
  private final String column;

  private FitException(int row, String column, String message) {
    super(message);
    this.row = row;
    this.column = column;
  }

  /** Reports a wrong value. */
  static FitException at(int row, String column, double value, String expected) {
    return new FitException(
        row, column, "row " + row + ", " + column + " = " + value + ": expected " + expected);
  }

  /** Reports a row that does not fit the others. */
  static FitException row(int row, String column, String problem) {
    return new FitException(row, column, "row " + row + ", " + column + ": " + problem);
  }

  /** Reports a wrong column, or a wrong table. */
  static FitException column(String column, String problem) {
    return new FitException(0, column, column + ": " + problem);
  }

  /** The row's number as its {@link Observation} gives it, or 0 for all rows. */
  public int row() {
    return row;
  }

  /** The column's name. */
  public String column() {
    return column;
  }
}
