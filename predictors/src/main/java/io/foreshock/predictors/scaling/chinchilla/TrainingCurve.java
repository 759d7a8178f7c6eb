// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of models of one size as a function of compute.
 *
 * <p><b>Edges.</b> Of several losses at the same tokens the lowest is used. A single point is a
 * curve that covers only its own C. <b>Threads.</b> Immutable.
 */
public final class TrainingCurve {
  /** Standard deviations beyond which the weight of a Gaussian is negligible. */
  private static final double REACH = 4;

  private final double parameters;
  private final double[] logFlops;
  private final double[] logLoss;

  private TrainingCurve(double parameters, double[] logFlops, double[] logLoss) {
    this.parameters = parameters;
    this.logFlops = logFlops;
    this.logLoss = logLoss;
  }

  /**
   * Creates the curve of one run.
   *
   * @throws FitException when rows differ in parameters
   */
  public static TrainingCurve of(List<Observation> rows) {
    if (rows.isEmpty()) {
      throw FitException.column("rows", "0 of them: expected at least 1");
    }
    List<Observation> sorted = new ArrayList<>();
    rows.stream()
        .sorted(Comparator.comparingDouble(Observation::tokens).thenComparing(Observation::loss))
        .forEach(
            row -> {
              if (row.parameters() != rows.get(0).parameters()) {
                throw FitException.row(
                    row.row(),
                    "parameters",
                    "differ from row " + rows.get(0).row() + " of its run");
              }
              if (sorted.isEmpty() || sorted.get(sorted.size() - 1).tokens() < row.tokens()) {
                sorted.add(row);
              }
            });
    return new TrainingCurve(
        rows.get(0).parameters(),
        sorted.stream().mapToDouble(row -> Math.log(row.flops())).toArray(),
        sorted.stream().mapToDouble(row -> Math.log(row.loss())).toArray());
  }

  /** Creates one curve per size, for tables that do not distinguish runs. */
  public static List<TrainingCurve> bySize(Observations rows) {
    Map<Double, List<Observation>> sizes = new LinkedHashMap<>();
    for (Observation row : rows.rows()) {
      sizes.computeIfAbsent(row.parameters(), size -> new ArrayList<>()).add(row);
    }
    return sizes.values().stream().map(TrainingCurve::of).toList();
  }

  /**
   * Returns the curve without its noise. Each point is replaced by a straight line of ln L over ln
   * C through its neighbours, weighted by a Gaussian over their distance in rows. Unlike a mean,
   * this keeps the slope at the ends.
   *
   * @param rows standard deviation of the Gaussian; 0 changes nothing
   */
  public TrainingCurve smoothed(double rows) {
    if (rows == 0) {
      return this;
    }
    double[] smooth = new double[logLoss.length];
    for (int i = 0; i < smooth.length; i++) {
      smooth[i] = aroundPoint(i, rows);
    }
    return new TrainingCurve(parameters, logFlops, smooth);
  }

  private double aroundPoint(int point, double rows) {
    int reach = (int) Math.ceil(REACH * rows);
    double weight = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (int i = Math.max(0, point - reach);
        i <= Math.min(logLoss.length - 1, point + reach);
        i++) {
      double w = Math.exp(-0.5 * Math.pow((i - point) / rows, 2));
      double dx = logFlops[i] - logFlops[point];
      weight += w;
      x += w * dx;
      y += w * logLoss[i];
      xx += w * dx * dx;
      xy += w * dx * logLoss[i];
    }
    double spread = weight * xx - x * x;
    return spread > 0 ? (xx * y - x * xy) / spread : logLoss[point];
  }

  double parameters() {
    return parameters;
  }

  double leastLogFlops() {
    return logFlops[0];
  }

  double mostLogFlops() {
    return logFlops[logFlops.length - 1];
  }

  /** Returns ln L at ln C within the curve, on straight lines between its points. */
  double logLoss(double at) {
    int index = Arrays.binarySearch(logFlops, at);
    if (index >= 0) {
      return logLoss[index];
    }
    int right = -index - 1;
    double share = (at - logFlops[right - 1]) / (logFlops[right] - logFlops[right - 1]);
    return logLoss[right - 1] + share * (logLoss[right] - logLoss[right - 1]);
  }
}
