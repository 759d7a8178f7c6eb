// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * An HTML file that loads nothing: without scripts, with its own style sheet, with plots as SVG.
 *
 * <p>It is light or dark like the reader's system.
 */
public final class Page {
  private static final String STYLE =
      style(Page.class, "report.css") + style(Page.class, "plot.css");

  private Page() {}

  /**
   * Writes the page.
   *
   * @param title the title as text
   * @param style styles in addition to those of all pages
   * @param content the content as HTML, in which everything from outside is escaped
   */
  public static String of(String title, String style, String content) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        """
        + ("<title>" + Html.text(title) + "</title>\n<style>\n" + STYLE + style)
        + ("</style>\n</head>\n<body>\n<main>\n" + content + "</main>\n</body>\n</html>\n");
  }

  /** Reads a style sheet from a class's package. */
  public static String style(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
  }
}
