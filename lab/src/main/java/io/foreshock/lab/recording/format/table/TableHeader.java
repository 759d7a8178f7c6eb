// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.table;

import io.foreshock.lab.recording.format.FieldRole;
import io.foreshock.lab.recording.format.LogRecord;
import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table.
 *
 * @param columns in their order
 * @param runs the runs that have columns of their own, as W&B exports them; empty when each row is
 *     of one run
 */
record TableHeader(List<Column> columns, List<String> runs) {
  /**
   * One column.
   *
   * @param name of its values; empty for a column that is left out
   * @param run whose values it holds; null for a column of all runs
   * @param number whether its name is known as one of a number
   */
  record Column(String name, FieldRole role, @Nullable String run, boolean number) {
    boolean isLeftOut() {
      return name.isEmpty();
    }
  }

  /** W&B puts the run before the name. */
  private static final String OF_RUN = " - ";

  /** W&B's smallest and largest value of the rows that it drew together. */
  private static final Pattern RANGE = Pattern.compile(".*__(MIN|MAX)");

  /** The number of a row, as pandas writes it. */
  private static final Pattern INDEX = Pattern.compile("|Unnamed: \\d+");

  /** TensorBoard names what it saves after the run and the scalar. */
  private static final Pattern TENSORBOARD_FILE = Pattern.compile(".*-tag-(.+?)(?:\\.csv)?");

  /** A column with this name holds what the file's name says, if it is the only one that could. */
  private static final String VALUE = "value";

  /** What TensorBoard's download has beside its values. */
  private static final Set<String> BESIDE_VALUE = Set.of("wall time", "step", "run", "tag");

  /** A line of console output with commas in it: it begins with a date, or a cell has a number. */
  private static final Pattern NO_NAME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d\\b.*|.*[:= ] *[-+]?\\d*\\.\\d+([eE][-+]?\\d+)? *");

  private static final Pattern OTHER_THAN_LOSS =
      Pattern.compile(
          ".*(?<![a-z])(acc|accuracy|reward|return|score|bleu|f1|map|iou|psnr|ssim|ppl|perplexity"
              + "|entropy|kl|time|fps|throughput|mem|memory|epoch)(?![a-z]).*");

  /**
   * Returns the columns that a row names; null when no name is known, or when the row has a number
   * or a date, as a line of console output has.
   *
   * @param fileName last part of the file's path
   */
  static @Nullable TableHeader of(TableRow row, NameTable names, String fileName) {
    List<Column> columns = new ArrayList<>();
    Set<String> runs = new LinkedHashSet<>();
    Set<String> found = new HashSet<>();
    boolean known = false;
    String valueName = holdsOnlyValues(row) ? valueName(fileName, names) : VALUE;
    for (int i = 0; i < row.count(); i++) {
      if (row.read(i) == TableRow.Cell.INTEGER || row.read(i) == TableRow.Cell.FLOAT) {
        return null;
      }
      Column column = column(row.text(i), names, valueName);
      if (NO_NAME.matcher(column.name).matches()) {
        return null;
      }
      if (!found.add(column.run + OF_RUN + column.name)) {
        column = new Column("", FieldRole.VALUE, null, false);
      }
      known |= column.number || Evaluations.isName(column.name);
      if (column.run != null) {
        runs.add(column.run);
      }
      columns.add(column);
    }
    return known ? new TableHeader(List.copyOf(columns), List.copyOf(runs)) : null;
  }

  /** Whether nothing but places of the run stand beside a column of values. */
  private static boolean holdsOnlyValues(TableRow row) {
    for (int i = 0; i < row.count(); i++) {
      String name = row.text(i).toLowerCase(Locale.ROOT).replace('_', ' ');
      if (!name.equals(VALUE)
          && !BESIDE_VALUE.contains(name)
          && FieldRole.of(name, NameTable.shipped()) != FieldRole.TIME
          && !INDEX.matcher(row.text(i)).matches()) {
        return false;
      }
    }
    return true;
  }

  private static Column column(String title, NameTable names, String valueName) {
    int split = title.lastIndexOf(OF_RUN);
    String run = split > 0 ? title.substring(0, split) : null;
    String name = split > 0 ? title.substring(split + OF_RUN.length()) : title;
    if (RANGE.matcher(name).matches() || INDEX.matcher(name).matches()) {
      return new Column("", FieldRole.VALUE, null, false);
    }
    if (name.equalsIgnoreCase(VALUE)) {
      name = valueName;
    }
    boolean number =
        Telemetry.STEP.equals(names.translated(name)) || LogRecord.isOfTraining(name, names);
    return new Column(name, FieldRole.of(name, names), run, number && !Evaluations.isName(name));
  }

  /** What a file holds by its name: the loss, unless the name says otherwise. */
  private static String valueName(String fileName, NameTable names) {
    Matcher tensorBoard = TENSORBOARD_FILE.matcher(fileName);
    String stem =
        tensorBoard.matches() ? tensorBoard.group(1) : fileName.replaceFirst("\\.\\w+$", "");
    if (Evaluations.isName(stem)) {
      return stem;
    }
    for (String rest = stem; !rest.isEmpty(); rest = rest.replaceFirst("^[^-_. ]*[-_. ]*", "")) {
      String known = names.translated(rest);
      if (known != null && !known.equals(Telemetry.STEP)) {
        return known;
      }
    }
    return OTHER_THAN_LOSS.matcher(stem.toLowerCase(Locale.ROOT)).matches() ? stem : "loss";
  }
}
