// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Quantiles of some values, interpolated linearly (R's type 7); NaN when there are none.
 *
 * @param count number of values
 * @param quarter 25 % quantile
 * @param median 50 % quantile
 * @param threeQuarters 75 % quantile
 * @param p95 95 % quantile
 */
public record Quantiles(
    int count, double quarter, double median, double threeQuarters, double p95) {

  static Quantiles of(List<Double> values) {
    if (values.isEmpty()) {
      return new Quantiles(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(values.stream().mapToDouble(Double::doubleValue).toArray());
    return new Quantiles(
        values.size(),
        percentile.evaluate(25),
        percentile.evaluate(50),
        percentile.evaluate(75),
        percentile.evaluate(95));
  }
}
