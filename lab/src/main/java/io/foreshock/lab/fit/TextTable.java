// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for people, in Markdown; numbers to the right. */
final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    rows.add(Arrays.asList(header));
  }

  TextTable row(String... cells) {
    rows.add(Arrays.asList(cells));
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(Math.max(3, widths[i]), row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < columns; i++) {
        String cell = rows.get(r).get(i);
        text.append("| ").append(" ".repeat(widths[i] - cell.length())).append(cell).append(' ');
      }
      text.append("|\n");
      for (int i = 0; r == 0 && i < columns; i++) {
        text.append('|').append("-".repeat(widths[i] + 1)).append(i == columns - 1 ? ":|\n" : ":");
      }
    }
    return text.toString();
  }
}
