// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.Locale;

/** The form in which the attention logit depends on size and learning rate, all in logarithms. */
public enum LogitShape {
  /** A quadratic in the size for each learning rate, as in the paper; a line for two sizes. */
  QUADRATIC,
  /** A line in the size for each learning rate. */
  LINE,
  /** One quadratic surface over size and learning rate. */
  JOINT;

  /** Its name on the wire and the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
