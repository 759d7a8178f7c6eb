// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;

/**
 * Models of several sizes trained with the same compute, and the parabola through their losses.
 *
 * @param flops geometric mean of the rows' C
 * @param rows the rows' numbers
 * @param minimum where the parabola L = c₀ + c₁ ln N + c₂ (ln N)² is lowest; empty when that is
 *     outside of the sizes tried
 * @param loss the loss there, or NaN
 * @param problem reason why there is no minimum, or empty
 */
public record Budget(
    double flops, List<Integer> rows, Optional<Allocation> minimum, double loss, String problem) {
  private static final int LEAST_SIZES = 3;

  public Budget {
    rows = List.copyOf(rows);
  }

  static Budget of(List<Observation> group) {
    double flops =
        Math.exp(group.stream().mapToDouble(row -> Math.log(row.flops())).average().orElseThrow());
    List<Integer> rows = group.stream().map(Observation::row).distinct().toList();
    long sizes = group.stream().mapToDouble(Observation::parameters).distinct().count();
    if (sizes < LEAST_SIZES) {
      return without(flops, rows, sizes + " sizes: expected at least " + LEAST_SIZES);
    }
    double[] x = group.stream().mapToDouble(row -> Math.log(row.parameters())).toArray();
    double centre = Arrays.stream(x).average().orElseThrow();
    double[] c = parabola(x, centre, group.stream().mapToDouble(Observation::loss).toArray());
    if (!(c[2] > 0)) {
      return without(flops, rows, "the losses do not curve upwards, so there is no minimum");
    }
    double vertex = centre - c[1] / (2 * c[2]);
    if (vertex < Arrays.stream(x).min().orElseThrow()) {
      return without(flops, rows, "the minimum is below the smallest size");
    }
    if (vertex > Arrays.stream(x).max().orElseThrow()) {
      return without(flops, rows, "the minimum is above the largest size");
    }
    double parameters = Math.exp(vertex);
    return new Budget(
        flops,
        rows,
        Optional.of(new Allocation(flops, parameters, flops / (6 * parameters))),
        c[0] - c[1] * c[1] / (4 * c[2]),
        "");
  }

  private static Budget without(double flops, List<Integer> rows, String problem) {
    return new Budget(flops, rows, Optional.empty(), Double.NaN, problem);
  }

  private static double[] parabola(double[] x, double centre, double[] y) {
    double[][] design = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      double d = x[i] - centre;
      design[i] = new double[] {1, d, d * d};
    }
    return new QRDecomposition(new Array2DRowRealMatrix(design, false))
        .getSolver()
        .solve(new ArrayRealVector(y, false))
        .toArray();
  }
}
