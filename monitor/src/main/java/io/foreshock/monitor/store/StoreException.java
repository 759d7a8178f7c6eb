// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

/** The store could not be read, written or opened; a read is answered as 503. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long retryAfterMillis;

  StoreException(String message, Throwable cause) {
    this(message, cause, 0);
  }

  /**
   * @param retryAfterMillis how long to leave the store alone; 0 = it did not say
   */
  StoreException(String message, Throwable cause, long retryAfterMillis) {
    super(message, cause);
    this.retryAfterMillis = retryAfterMillis;
  }

  long retryAfterMillis() {
    return retryAfterMillis;
  }
}
