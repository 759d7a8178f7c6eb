// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import org.jspecify.annotations.Nullable;

/** Thrown when a store cannot be read, written or opened; a read is answered as 503. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long retryAfterMillis;

  /** Creates an exception whose message is for the user. */
  public StoreException(String message, @Nullable Throwable cause) {
    this(message, cause, 0);
  }

  /**
   * Creates an exception.
   *
   * @param retryAfterMillis how long the store asked to wait; 0 = it did not ask
   */
  StoreException(String message, @Nullable Throwable cause, long retryAfterMillis) {
    super(message, cause);
    this.retryAfterMillis = retryAfterMillis;
  }

  long retryAfterMillis() {
    return retryAfterMillis;
  }
}
