// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record in several lines, as OLMo writes it: a line that tells the step, and below it a line for
 * each number, with blanks before it.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> Memory for one block.
 */
final class Block {
  private static final Pattern ROW =
      Pattern.compile("(?: {2,}|\\t)[^\\s=][^=]{0,200}=\\S{1,40}\\s*");
  private static final int MOST_ROWS = 1000;

  private final StringBuilder joined = new StringBuilder();
  private int rows;

  /** Begins a block, if rows follow. */
  void begin(String heading) {
    joined.setLength(0);
    joined.append(heading);
    rows = 0;
  }

  /** Takes a line if it is a row of the block. */
  boolean takes(String line) {
    boolean row = !joined.isEmpty() && rows < MOST_ROWS && ROW.matcher(line).matches();
    if (row) {
      joined.append(" | ").append(line.strip());
      rows++;
    }
    return row;
  }

  /** Ends the block; returns its lines as one, or null when there were no rows. */
  @Nullable String end() {
    String line = rows > 0 ? joined.toString() : null;
    joined.setLength(0);
    rows = 0;
    return line;
  }
}
