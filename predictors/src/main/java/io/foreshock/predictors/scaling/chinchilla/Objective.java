// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/** A function of some variables, with its gradient. */
interface Objective {
  /** Number of variables. */
  int size();

  /**
   * Returns the value; not finite where it is undefined.
   *
   * @param gradient receives the gradient
   */
  double value(double[] at, double[] gradient);
}
