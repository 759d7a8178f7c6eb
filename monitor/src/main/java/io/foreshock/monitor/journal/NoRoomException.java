// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;

/** Thrown for telemetry that the journal refuses because the disk or the journal is full: 503. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String reason) {
    super(reason);
  }
}
