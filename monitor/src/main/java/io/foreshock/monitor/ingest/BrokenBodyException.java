// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

/** Thrown for a body that is no HTTP or that ended early. Answered as 400 where possible. */
public final class BrokenBodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenBodyException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
