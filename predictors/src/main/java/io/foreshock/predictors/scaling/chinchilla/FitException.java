// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * Data that a fit cannot be made from.
 *
 * <p>Carries the row and the column to look at, so that whoever read the table can name them in its
 * own words.
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

  /** One value is wrong. */
  static FitException at(int row, String column, double value, String expected) {
    return new FitException(
        row, column, "row " + row + ", " + column + " = " + value + ": expected " + expected);
  }

  /** One row is wrong beside the others. */
  static FitException row(int row, String column, String problem) {
    return new FitException(row, column, "row " + row + ", " + column + ": " + problem);
  }

  /** A column, or the table as a whole, is wrong. */
  static FitException column(String column, String problem) {
    return new FitException(0, column, column + ": " + problem);
  }

  /** The row's number as its {@link Observation} gives it, or 0 where all rows are meant. */
  public int row() {
    return row;
  }

  /** The column's name. */
  public String column() {
    return column;
  }
}
