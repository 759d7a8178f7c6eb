// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import java.util.Locale;

/** How much an alarm matters, mildest first. */
public enum Severity {
  /** Noteworthy. */
  INFO,
  /** Take a checkpoint now: cheap insurance. */
  WARNING,
  /**
   * Someone should be woken, and mitigation is warranted. Prediction quality is scored on these.
   */
  CRITICAL;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
