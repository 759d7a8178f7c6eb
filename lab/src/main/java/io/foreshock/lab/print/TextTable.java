// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for people, which is both aligned text and Markdown. */
public final class TextTable {
  private static final int NARROWEST = 3;

  private final boolean right;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(boolean right, List<String> header) {
    this.right = right;
    row(header);
  }

  /** A table of numbers, aligned to the right. */
  public static TextTable ofNumbers(String... header) {
    return new TextTable(true, Arrays.asList(header));
  }

  /** A table of texts, aligned to the left. */
  public static TextTable ofTexts(String... header) {
    return new TextTable(false, Arrays.asList(header));
  }

  public TextTable row(String... cells) {
    return row(Arrays.asList(cells));
  }

  /** Adds a row with as many cells as the header has. */
  public TextTable row(List<String> cells) {
    rows.add(cells.stream().map(cell -> cell.replace("|", "\\|")).toList());
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    Arrays.fill(widths, NARROWEST);
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        String blanks = " ".repeat(widths[i] - cell.length());
        text.append("| ").append(right ? blanks + cell : cell + blanks).append(' ');
      }
      text.append("|\n");
      for (int i = 0; r == 0 && i < columns; i++) {
        text.append('|').append("-".repeat(widths[i] + 1)).append(right ? ':' : '-');
      }
      text.append(r == 0 ? "|\n" : "");
    }
    return text.toString();
  }
}
