// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

/** Thrown to answer a request with this status and message. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;

  ApiException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
