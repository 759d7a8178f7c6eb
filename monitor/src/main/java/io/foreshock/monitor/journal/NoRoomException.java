// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;

/** Telemetry is not written down while disk or journal are full. Answered as 503. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String reason) {
    super(reason);
  }
}
