// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

/**
 * A share of runs, with the Wilson score interval at 95 %.
 *
 * <p><b>Definition.</b> With p = hits / total and z = 1.96: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) /
 * (1 + z²/n). <b>Edges.</b> With total = 0 the value is NaN and the interval is 0 to 1.
 * <b>Source.</b> Wilson 1927, eq. 4.
 *
 * @param hits number of runs with the property
 * @param total number of all runs
 */
public record Share(int hits, int total) {
  private static final double Z = 1.959963984540054;

  /** hits / total. */
  public double value() {
    return total == 0 ? Double.NaN : (double) hits / total;
  }

  /** Lower end of the interval. */
  public double low() {
    return hits == 0 ? 0 : centre() - half();
  }

  /** Upper end of the interval. */
  public double high() {
    return hits == total ? 1 : centre() + half();
  }

  private double centre() {
    return (value() + Z * Z / (2 * total)) / (1 + Z * Z / total);
  }

  private double half() {
    double p = value();
    double root = Math.sqrt(p * (1 - p) / total + Z * Z / (4.0 * total * total));
    return Z * root / (1 + Z * Z / total);
  }
}
