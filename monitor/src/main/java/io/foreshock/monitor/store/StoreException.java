// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

/** The store could not be read or opened; answered as 503. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
