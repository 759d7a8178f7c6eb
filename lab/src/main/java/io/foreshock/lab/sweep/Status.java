// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.Locale;

/** How a cell ended. */
enum Status {
  DONE,
  /** It was trained and has an onset. */
  DIVERGED,
  /** It was not trained, or its telemetry cannot be read. This says nothing about the model. */
  FAILED;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
