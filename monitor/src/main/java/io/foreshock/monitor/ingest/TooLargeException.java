// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

/** Thrown for a body over the limit. Answered as 413. */
public final class TooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooLargeException(String message) {
    super(message, null, false, false);
  }
}
