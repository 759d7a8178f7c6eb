// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import org.jspecify.annotations.Nullable;

/**
 * Thrown for a body that is refused: over the limit (413), not there in time (408), or no HTTP or
 * ended early (400, with a cause).
 */
public final class BodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  BodyException(int status, String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.status = status;
  }

  static BodyException tooLarge(String message) {
    return new BodyException(413, message, null);
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }
}
