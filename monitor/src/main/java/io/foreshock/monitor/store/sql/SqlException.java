// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

/** Thrown when a statement is wrong, is refused, or needs more than its limits. */
public final class SqlException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  SqlException(String message) {
    super(message);
  }
}
