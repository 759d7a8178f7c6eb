// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The rows of a fit, without duplicates.
 *
 * <p><b>Edges.</b> A row with the parameters, tokens and loss of another one is rejected, because a
 * copy would count twice. Several losses at the same parameters and tokens (seeds) are allowed.
 * <b>Threads.</b> Immutable.
 */
public final class Observations {
  private final List<Observation> rows;

  private Observations(List<Observation> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * Checks that there are no duplicates.
   *
   * @throws FitException naming the second of two equal rows
   */
  public static Observations of(List<Observation> rows) {
    Map<List<Double>, Integer> seen = new HashMap<>();
    for (Observation row : rows) {
      Integer first =
          seen.putIfAbsent(List.of(row.parameters(), row.tokens(), row.loss()), row.row());
      if (first != null) {
        throw FitException.row(
            row.row(), "parameters, tokens, loss", "a copy of row " + first + ": expected one");
      }
    }
    return new Observations(rows);
  }

  /**
   * Returns the rows without those of the highest losses; of equal losses the later row is removed
   * first.
   *
   * @param count 0 to {@link #size()}
   */
  public Observations withoutHighest(int count) {
    if (count < 0 || count > rows.size()) {
      throw new IllegalArgumentException(
          "exclude-highest = " + count + ": expected 0 to " + rows.size() + ", the number of rows");
    }
    List<Observation> lowest =
        rows.stream()
            .sorted(Comparator.comparingDouble(Observation::loss))
            .limit(rows.size() - (long) count)
            .toList();
    return new Observations(rows.stream().filter(lowest::contains).toList());
  }

  /** Returns only the first row of lowest loss at each pair of parameters and tokens. */
  public Observations best() {
    Map<List<Double>, Observation> best = new HashMap<>();
    for (Observation row : rows) {
      best.merge(
          List.of(row.parameters(), row.tokens()),
          row,
          (one, other) -> other.loss() < one.loss() ? other : one);
    }
    return new Observations(rows.stream().filter(best::containsValue).toList());
  }

  /** The rows, in their order. */
  public List<Observation> rows() {
    return rows;
  }

  /** Number of rows. */
  public int size() {
    return rows.size();
  }

  /** One value per row. */
  double[] column(ToDoubleFunction<Observation> value) {
    return rows.stream().mapToDouble(value).toArray();
  }

  /** Number of different values of a column. */
  long distinct(ToDoubleFunction<Observation> value) {
    return rows.stream().mapToDouble(value).distinct().count();
  }

  /** The least value of a column. */
  double least(ToDoubleFunction<Observation> value) {
    return rows.stream().mapToDouble(value).min().orElse(Double.NaN);
  }

  /** The greatest value of a column. */
  double most(ToDoubleFunction<Observation> value) {
    return rows.stream().mapToDouble(value).max().orElse(Double.NaN);
  }

  /** Rejects fewer rows, sizes or lengths than the unknowns need. */
  void need(int points, int sizes, int lengths) {
    if (size() < points) {
      throw FitException.column("rows", size() + " of them: expected at least " + points);
    }
    if (distinct(Observation::parameters) < sizes) {
      throw FitException.column(
          "parameters",
          distinct(Observation::parameters) + " different: expected at least " + sizes + " sizes");
    }
    if (distinct(Observation::tokens) < lengths) {
      throw FitException.column(
          "tokens",
          distinct(Observation::tokens) + " different: expected at least " + lengths + " lengths");
    }
  }
}
