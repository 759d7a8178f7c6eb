// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import java.util.List;
import java.util.Optional;

/**
 * One quadratic surface through the runs of all sizes and learning rates.
 *
 * <p><b>Definition.</b> log10 z = a₀ + a₁ n + a₂ h + a₃ n h + a₄ n² + a₅ h² with n = log10 N and h
 * = log10 η. A square needs three sizes or learning rates, a slope needs two; terms that the runs
 * do not determine are left out.
 */
final class JointSurface {
  private final boolean slopes;
  private final boolean sizeSquared;
  private final boolean rateSquared;
  private final Regression regression;
  private final List<TrendPoint> points;

  private JointSurface(List<TrendPoint> points) {
    this.points = points;
    long rates = points.stream().mapToDouble(TrendPoint::learningRate).distinct().count();
    long sizes = points.stream().mapToDouble(TrendPoint::parameters).distinct().count();
    slopes = rates >= 2;
    rateSquared = rates >= 3;
    sizeSquared = sizes >= 3;
    regression = Regression.ofLogs(points, this::row);
  }

  /** Fits measured points; empty when they do not determine a surface. */
  static Optional<JointSurface> of(List<TrendPoint> points) {
    if (points.stream().mapToDouble(TrendPoint::parameters).distinct().count() < 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(new JointSurface(points));
    } catch (IllegalArgumentException undetermined) {
      return Optional.empty();
    }
  }

  Noise noise() {
    return Noise.of(regression.residualSquares(), regression.degrees());
  }

  /** Returns the curve of the surface at one learning rate. */
  LogitCurve curve(double learningRate, double limit) {
    double h = Math.log10(learningRate);
    double[] a = regression.coefficients();
    int i = 2;
    double c0 = a[0];
    double c1 = a[1];
    if (slopes) {
      c0 += a[i++] * h;
      c1 += a[i++] * h;
    }
    double c2 = sizeSquared ? a[i++] : 0;
    c0 += rateSquared ? a[i] * h * h : 0;
    int own = (int) points.stream().filter(p -> p.learningRate() == learningRate).count();
    return new LogitCurve(
        learningRate,
        new double[] {c0, c1, c2},
        own,
        sizes(points),
        regression,
        n -> row(n, h),
        noise(),
        limit);
  }

  static Range sizes(List<TrendPoint> points) {
    return new Range(
        Math.log10(points.stream().mapToDouble(TrendPoint::parameters).min().orElseThrow()),
        Math.log10(points.stream().mapToDouble(TrendPoint::parameters).max().orElseThrow()));
  }

  private double[] row(double n, double h) {
    double[] row = new double[2 + (slopes ? 2 : 0) + (sizeSquared ? 1 : 0) + (rateSquared ? 1 : 0)];
    row[0] = 1;
    row[1] = n;
    int i = 2;
    if (slopes) {
      row[i++] = h;
      row[i++] = n * h;
    }
    if (sizeSquared) {
      row[i++] = n * n;
    }
    if (rateSquared) {
      row[i] = h * h;
    }
    return row;
  }
}
