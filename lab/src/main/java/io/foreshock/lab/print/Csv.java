// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import io.foreshock.monitor.report.Figures;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;

/** Writes CSV (RFC 4180). A line feed ends a row, and a field is quoted only if it has to be. */
public final class Csv {
  private static final CsvMapper MAPPER =
      CsvMapper.csvBuilder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();

  private Csv() {}

  /** The rows as text; the first names the columns. */
  public static String of(List<List<String>> rows) {
    StringWriter text = new StringWriter();
    try (SequenceWriter writer = MAPPER.writer().writeValues(text)) {
      writer.writeAll(rows);
    } catch (IOException e) {
      throw new IllegalStateException("text in memory cannot be written", e);
    }
    return text.toString();
  }

  /** One row, without its line feed. */
  public static String row(List<String> fields) {
    return of(List.of(fields)).stripTrailing();
  }

  /** Numbers as cells with all their digits; those that are not finite are empty. */
  public static List<String> exact(double... values) {
    return Arrays.stream(values).mapToObj(Figures::exact).toList();
  }
}
