// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import java.util.Locale;

/** The outcome of a run, and whether signs could precede it. */
public enum RunClass {
  /** It has no onset. A bad batch from which it recovered changes nothing. */
  HEALTHY,
  /** It diverged without anything abrupt shortly before, so that signs could precede the onset. */
  PREDICTABLE,
  /** It diverged shortly after something abrupt, such as a jump of the learning rate. */
  SUDDEN;

  /** Name in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
