// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

/** The signals that a run sends in addition to its loss. */
public enum Signals {
  LOSS("loss", false, false),
  LOSS_NORM("loss+norm", true, false),
  LOSS_RATE("loss+rate", false, true),
  LOSS_NORM_RATE("loss+norm+rate", true, true);

  private final String wireName;
  private final boolean norm;
  private final boolean rate;

  Signals(String wireName, boolean norm, boolean rate) {
    this.wireName = wireName;
    this.norm = norm;
    this.rate = rate;
  }

  /** The name in the labels. */
  public String wireName() {
    return wireName;
  }

  /** Whether the gradient norm is sent. */
  boolean norm() {
    return norm;
  }

  /** Whether the learning rate is sent. */
  boolean rate() {
    return rate;
  }

  /** These signals and the gradient norm. */
  Signals withNorm() {
    return rate ? LOSS_NORM_RATE : LOSS_NORM;
  }
}
