// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * The record of a cell that has ended, which is stored with its telemetry.
 *
 * @param seconds how long the training took; null when it failed
 * @param failure why it failed; null when it did not
 */
record EndedCell(Cell cell, @Nullable Double seconds, @Nullable String failure) {
  @JsonIgnore
  boolean failed() {
    return failure != null;
  }
}
