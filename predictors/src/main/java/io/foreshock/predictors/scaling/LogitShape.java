// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.Locale;

/** How the attention logit is taken to depend on size and rate, all in logarithms. */
public enum LogitShape {
  /** A quadratic in the size for each rate, as the paper has it; a line where there are 2 sizes. */
  QUADRATIC,
  /** A line in the size for each rate. */
  LINE,
  /** One quadratic surface over size and rate. */
  JOINT;

  /** Its name on the wire and the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
