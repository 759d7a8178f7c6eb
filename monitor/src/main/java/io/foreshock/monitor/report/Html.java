// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

/** Text within HTML, in elements and attributes alike. */
public final class Html {
  private Html() {}

  /** The text with everything escaped that HTML could take for markup. */
  public static String text(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '&' -> html.append("&amp;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }
}
