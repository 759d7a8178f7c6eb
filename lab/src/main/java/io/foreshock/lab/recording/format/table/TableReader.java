// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.table;

import io.foreshock.lab.recording.format.LineNumber;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.LogRecord;
import io.foreshock.lab.recording.format.table.TableHeader.Column;
import io.foreshock.lab.recording.format.table.TableRow.Cell;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one table. */
final class TableReader implements LogReader {
  /** A row that is longer has a quote that is not closed. */
  private static final int LONGEST_ROW_BYTES = 1 << 20;

  private static final String NO_HEADER =
      "expected a row of names before it, one of them known, such as step,loss";

  private final NameTable names;
  private final String fileName;
  private final LineNumber line = new LineNumber();
  private final TableRow row = new TableRow();
  private final LogRecord record;
  private boolean begun;
  private @Nullable TableHeader header;

  TableReader(NameTable names, String fileName) {
    this.names = names;
    this.fileName = fileName;
    this.record = new LogRecord(names);
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    line.begin(from);
    if (!begun && to - from < 3 && !ended) {
      return from;
    }
    int at = begun ? from : LineNumber.afterMark(bytes, from, to);
    begun = true;
    while (at < to) {
      int next =
          bytes[at] == '#' ? comment(bytes, at, to, ended) : row(bytes, at, to, ended, records);
      if (next == TableRow.INCOMPLETE) {
        break;
      }
      at = next;
    }
    line.at(bytes, at);
    return at;
  }

  @Override
  public long number() {
    return line.last();
  }

  /** Number of columns; 0 until there is a header. */
  int columns() {
    return header == null ? 0 : header.columns().size();
  }

  private int comment(byte[] bytes, int at, int to, boolean ended) {
    int feed = LineNumber.feed(bytes, at, to);
    if (feed < 0 && !ended) {
      return TableRow.INCOMPLETE;
    }
    int end = feed < 0 ? to : feed + 1;
    if (header == null) {
      readHeader(bytes, at + 1, end);
    }
    return end;
  }

  /** NumPy writes the header as a comment. */
  private void readHeader(byte[] bytes, int from, int end) {
    row.separateLike(bytes, from, end);
    if (row.split(bytes, from, end, true) > 0 && row.count() > 1) {
      header = TableHeader.of(row, names, fileName);
    }
  }

  private int row(byte[] bytes, int at, int to, boolean ended, LineReader.Lines records) {
    if (header == null) {
      int feed = LineNumber.feed(bytes, at, to);
      row.separateLike(bytes, at, feed < 0 ? to : feed);
    }
    int next = row.split(bytes, at, to, ended);
    if (next == TableRow.INCOMPLETE && to - at <= LONGEST_ROW_BYTES) {
      return next;
    }
    if (next < 0) {
      records.bad(line.at(bytes, at), "a quote at the beginning of a cell is not closed");
      int feed = LineNumber.feed(bytes, at, to);
      return feed < 0 ? to : feed + 1;
    }
    if (!row.isBlank()) {
      String problem = header == null ? begin() : pass(header, records, bytes, at);
      if (problem != null) {
        records.bad(line.at(bytes, at), problem);
      }
    }
    return next;
  }

  private @Nullable String begin() {
    header = TableHeader.of(row, names, fileName);
    boolean separatorOnly = row.text(0).startsWith("sep="); // Excel's first line
    return header == null && !separatorOnly ? NO_HEADER : null;
  }

  /** Passes a row on; returns what is wrong with it, or null. */
  private @Nullable String pass(
      TableHeader header, LineReader.Lines records, byte[] bytes, int at) {
    String problem = problem(header);
    if (problem != null) {
      // a program that was restarted may have written its header again, or another one
      TableHeader again = TableHeader.of(row, names, fileName);
      this.header = again == null ? header : again;
      return again == null ? problem : null;
    }
    if (header.runs().isEmpty()) {
      record.begin();
      addAll(header, null, true);
      record.pass(records, line.at(bytes, at));
      return null;
    }
    for (String run : header.runs()) {
      record.begin();
      record.run(run);
      if (addAll(header, run, false)) {
        addAll(header, null, true);
        record.pass(records, line.at(bytes, at));
      }
    }
    return null;
  }

  private @Nullable String problem(TableHeader header) {
    int expected = header.columns().size();
    int count = row.count();
    while (count > expected && row.read(count - 1) == Cell.EMPTY) {
      count--;
    }
    if (count != expected) {
      return "the row has " + count + " cells, and the header has " + expected;
    }
    for (int i = 0; i < expected; i++) {
      if (row.read(i) == Cell.TEXT && header.columns().get(i).number()) {
        return "column '%s' = '%s': expected a number"
            .formatted(header.columns().get(i).name(), row.text(i));
      }
    }
    return null;
  }

  /** Adds the cells of the columns of a run, or of all runs; returns whether there was a value. */
  private boolean addAll(TableHeader header, @Nullable String run, boolean places) {
    boolean any = false;
    for (int i = 0; i < header.columns().size(); i++) {
      Column column = header.columns().get(i);
      if (!column.isLeftOut() && Objects.equals(column.run(), run)) {
        switch (row.cell(i)) {
          case INTEGER -> record.integer(column.name(), column.role(), row.integer(i));
          case FLOAT -> record.number(column.name(), column.role(), row.number(i));
          case TEXT -> record.text(column.name(), column.role(), row.text(i));
          case EMPTY -> {
            continue;
          }
        }
        any = true;
      }
    }
    return any;
  }
}
