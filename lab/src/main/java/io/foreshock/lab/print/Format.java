// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

/** How a command prints its result: the values of {@code --format}. */
public enum Format {
  TEXT,
  JSON,
  CSV
}
