// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

/** Thrown when the monitor cannot start; the message tells the user what to correct. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
