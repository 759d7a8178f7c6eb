// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

/** The mode of the policy: what the monitor may do about an alarm. */
public enum PolicyMode {
  /** It sends alarms only. */
  OBSERVE,
  /** Its commands wait for a person's approval. */
  ADVISE,
  /** Its commands are sent at once, within the budget. */
  ACT;
}
