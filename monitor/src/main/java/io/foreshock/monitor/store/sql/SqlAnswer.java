// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

/**
 * The answer to a statement.
 *
 * @param body JSON or CSV in UTF-8
 * @param truncated whether rows were left out
 */
public record SqlAnswer(byte[] body, boolean truncated) {
  /** The form of an answer's body. */
  public enum Format {
    /** {@code {"as_of","columns":[{"name","type"}],"rows":[[…]],"truncated"}}. */
    JSON,
    /** RFC 4180, with a header. */
    CSV
  }
}
