// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

/** A body that is no HTTP, or that ended before it was whole. Answered as 400 where it can be. */
public final class BrokenBodyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenBodyException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
