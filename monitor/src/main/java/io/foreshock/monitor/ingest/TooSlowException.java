// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

/** Thrown for a body that does not arrive in time. Answered as 408. */
public final class TooSlowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooSlowException(String message) {
    super(message, null, false, false);
  }
}
