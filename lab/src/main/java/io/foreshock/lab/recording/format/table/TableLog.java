// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.table;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.lab.recording.format.Sampling;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.regex.Pattern;

/**
 * A table: cells separated by comma, tab or semicolon under a row of names, such as Lightning's
 * {@code metrics.csv} or what W&B and TensorBoard export.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>The first row with a known name is the header. A later one replaces it.
 *   <li>Each row is a record of the cells that are not empty.
 *   <li>W&B's export has a column for each run and name: {@code run - loss}. Each row is a record
 *       of each run that has a cell in it. The smallest and largest values, {@code __MIN} and
 *       {@code __MAX}, are left out.
 *   <li>TensorBoard's download calls each scalar {@code Value}. It gets the name that the file has,
 *       or else {@code loss}.
 *   <li>A comma in a number is a decimal comma only if semicolons separate the cells.
 * </ul>
 */
public final class TableLog implements LogFormat {
  private static final Pattern USUAL_NAME = Pattern.compile("(?i).*\\.(csv|tsv)");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public boolean recognizes(Head head) {
    TableReader reader = new TableReader(NameTable.shipped(), head.fileName());
    Sampling sampling = Sampling.of(head, reader);
    return USUAL_NAME.matcher(head.fileName()).matches()
        ? reader.columns() > 0 && sampling.bad() <= sampling.records()
        : reader.columns() > 1
            && sampling.ofTraining() > 0
            && sampling.bad() <= sampling.records() / 10;
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return reader(options, "");
  }

  @Override
  public LogReader reader(ReadingOptions options, String fileName) {
    return new TableReader(options.names(), fileName);
  }
}
