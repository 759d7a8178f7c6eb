// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What is kept of a cell beside its telemetry once it has ended.
 *
 * @param seconds it took; null when it failed
 * @param failure why it failed; null when it did not
 */
record EndedCell(Cell cell, Double seconds, String failure) {
  @JsonIgnore
  boolean failed() {
    return failure != null;
  }
}
