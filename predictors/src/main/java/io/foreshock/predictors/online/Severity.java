// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import java.util.Locale;

/** How serious an alarm is, mildest first. */
public enum Severity {
  /** Worth knowing. */
  INFO,
  /** Save a checkpoint now, as a cheap insurance. */
  WARNING,
  /** Wake someone; mitigation is warranted. Prediction quality is measured on critical alarms. */
  CRITICAL;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
