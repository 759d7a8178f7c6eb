// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Builds HTML. Every text is escaped. */
public final class Html {
  private final StringBuilder out = new StringBuilder();

  /** Escapes every character that HTML or SVG could read as markup. */
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

  /** Appends markup without escaping it. */
  public Html markup(String markup) {
    out.append(markup);
    return this;
  }

  /** Appends an element that holds text. */
  public Html element(String name, String text) {
    out.append('<').append(name).append('>').append(text(text));
    out.append("</").append(name).append(">\n");
    return this;
  }

  /** Appends a paragraph of a class of the style sheet. */
  public Html paragraph(String style, String text) {
    out.append("<p class=\"").append(style).append("\">").append(text(text)).append("</p>\n");
    return this;
  }

  /** Appends a name and its value to a list of facts. */
  public Html fact(String name, Object value) {
    out.append("<div><dt>").append(text(name)).append("</dt><dd>");
    out.append(text(String.valueOf(value))).append("</dd></div>");
    return this;
  }

  /**
   * Appends a table.
   *
   * @param names headings of the columns, separated by |
   */
  public <T> Html table(String names, List<T> of, Function<T, List<String>> cells) {
    return table(names, of, cells, null);
  }

  /** Appends a table whose first cells link to the section {@code link} with that number. */
  <T> Html table(String names, List<T> of, Function<T, List<String>> cells, @Nullable String link) {
    out.append("<div class=\"scroll\"><table>\n<thead><tr>");
    for (String name : names.split("\\|")) {
      out.append("<th scope=\"col\">").append(text(name)).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (T one : of) {
      out.append("<tr>");
      List<String> row = cells.apply(one);
      for (int i = 0; i < row.size(); i++) {
        String text = text(row.get(i));
        boolean linked = link != null && i == 0;
        out.append("<td>");
        out.append(linked ? "<a href=\"" + link + text + "\">" + text + "</a>" : text);
        out.append("</td>");
      }
      out.append("</tr>\n");
    }
    out.append("</tbody>\n</table></div>\n");
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
