// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;

/** Runs whose quantity is a known function of size and rate, with known noise. */
record MadeSweep(
    double[] sizes, double[] rates, DoubleBinaryOperator log, double noise, long seed) {

  /** Exact runs of log10 value = log(log10 N, log10 η). */
  static List<TrendPoint> exact(double[] sizes, double[] rates, DoubleBinaryOperator log) {
    return new MadeSweep(sizes, rates, log, 0, 1).runs();
  }

  List<TrendPoint> runs() {
    Random random = new Random(seed);
    List<TrendPoint> runs = new ArrayList<>();
    for (double size : sizes) {
      for (double rate : rates) {
        double value = log.applyAsDouble(Math.log10(size), Math.log10(rate));
        runs.add(new TrendPoint(size, rate, Math.pow(10, value + noise * random.nextGaussian())));
      }
    }
    return runs;
  }
}
