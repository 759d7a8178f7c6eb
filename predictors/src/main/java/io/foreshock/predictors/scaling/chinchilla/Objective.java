// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/** A function of some variables, with its gradient. */
interface Objective {
  /** How many variables. */
  int size();

  /**
   * Its value; not finite where it has none.
   *
   * @param gradient is filled
   */
  double value(double[] at, double[] gradient);
}
