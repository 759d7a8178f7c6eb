// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.Locale;

/** What became of a cell. */
enum Status {
  DONE,
  /** Trained, and left its course by hindsight. */
  DIVERGED,
  /** Not trained, or its telemetry cannot be read: says nothing of the model. */
  FAILED;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
