// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.predictors.evaluation.RunClass;

/**
 * What a run is, by its rows, counted from 0.
 *
 * @param onset row at which it diverges; 0 for a healthy run
 * @param begins first row at which anything is wrong; 0 for a healthy run
 */
record Truth(RunClass runClass, int onset, int begins) {
  static final Truth HEALTHY = new Truth(RunClass.HEALTHY, 0, 0);

  boolean healthy() {
    return runClass == RunClass.HEALTHY;
  }

  /** Whether the onset has an abrupt cause, in its own row. */
  boolean abrupt() {
    return runClass == RunClass.SUDDEN;
  }
}
