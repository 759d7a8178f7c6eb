// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

/** The monitor cannot start; the message tells the user what to mend. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
