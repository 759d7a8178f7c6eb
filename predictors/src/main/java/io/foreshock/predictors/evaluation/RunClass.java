// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Locale;

/** What became of a run, and whether that could be seen coming. */
public enum RunClass {
  /** Kept its course to the end; a bad batch that it recovered from changes nothing. */
  HEALTHY,
  /** Walked into trouble: there was something to see before the onset. */
  PREDICTABLE,
  /** Struck down: what ended it was done to it abruptly, shortly before the onset. */
  SUDDEN;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
