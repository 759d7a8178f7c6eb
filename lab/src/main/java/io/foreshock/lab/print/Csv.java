// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

/** Fields of CSV (RFC 4180). */
public final class Csv {
  private Csv() {}

  /** A field, quoted where it must be. */
  public static String field(String text) {
    boolean plain =
        text.indexOf(',') < 0
            && text.indexOf('"') < 0
            && text.indexOf('\n') < 0
            && text.indexOf('\r') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
