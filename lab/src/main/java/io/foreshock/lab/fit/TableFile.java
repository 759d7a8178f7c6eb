// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.foreshock.lab.fit.Table.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads tables from CSV (RFC 4180) in UTF-8 with a header. It accepts blank lines, a byte order
 * mark and both kinds of line end.
 */
final class TableFile {
  private static final int MOST_PROBLEMS = 10;

  private TableFile() {}

  /**
   * Reads a whole table.
   *
   * @param name the name of the table in messages about problems
   * @throws IllegalArgumentException when the text is not CSV, has no header or no rows, or has
   *     rows of different lengths
   */
  static Table read(String name, InputStream in) throws IOException {
    List<Row> rows = rows(name, in);
    if (rows.size() < 2) {
      throw new IllegalArgumentException(name + ": expected a header and at least one row");
    }
    List<String> header = rows.remove(0).cells();
    if (header.stream().distinct().count() < header.size()) {
      throw new IllegalArgumentException(
          name + ": expected different names of columns, found " + header);
    }
    List<String> problems =
        rows.stream()
            .filter(row -> row.cells().size() != header.size())
            .map(
                row ->
                    "%s row %s: %s cells: expected %s, as the header has"
                        .formatted(name, row.number(), row.cells().size(), header.size()))
            .limit(MOST_PROBLEMS)
            .toList();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return new Table(name, header, rows);
  }

  private static List<Row> rows(String name, InputStream in) throws IOException {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    try (MappingIterator<String[]> lines =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvParser.Feature.WRAP_AS_ARRAY)
            .with(CsvParser.Feature.TRIM_SPACES)
            .readValues(in)) {
      while (lines.hasNextValue()) {
        List<String> cells = Arrays.stream(lines.nextValue()).map(String::strip).toList();
        number++;
        if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
          rows.add(new Row(number, cells));
        }
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          name + " row " + (number + 1) + ": not CSV: " + e.getOriginalMessage(), e);
    }
    return rows;
  }
}
