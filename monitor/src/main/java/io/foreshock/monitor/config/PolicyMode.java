// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import java.util.Locale;

/** What the monitor may do about an alarm. */
public enum PolicyMode {
  /** Alarms only. */
  OBSERVE,
  /** Commands wait for a person's approval. */
  ADVISE,
  /** Commands go out, inside the budget. */
  ACT;

  /** Name in the configuration and in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
