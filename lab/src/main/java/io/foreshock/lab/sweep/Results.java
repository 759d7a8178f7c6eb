// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.TextTable;
import io.foreshock.lab.runner.RunFolder;
import io.foreshock.lab.table.ParquetFile;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of a sweep, and all the forms in which they are written. */
record Results(List<CellResult> rows) {
  /** Reads the telemetry of all cells that have ended. */
  static Results read(SweepFolder folder, long logitStep) throws IOException {
    List<CellResult> rows = new ArrayList<>();
    for (EndedCell ended : folder.all()) {
      rows.add(CellReader.read(folder, ended, logitStep));
    }
    return new Results(rows);
  }

  /** Writes all result files. */
  void write(SweepFolder folder) throws IOException {
    Path csv = folder.results("csv");
    replace(csv, csv());
    RunFolder.write(folder.results("json"), json());
    ParquetFile.write(csv, Column.types(), folder.results("parquet"));
    replace(folder.page(), new SweepHtml(rows).write());
  }

  private static void replace(Path file, String text) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(partial, text);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The rows as CSV. An unknown value is empty, a non-finite one is {@code nan} or {@code inf}. */
  String csv() {
    List<List<String>> lines = new ArrayList<>(List.of(List.copyOf(Column.types().keySet())));
    for (CellResult row : rows) {
      lines.add(Arrays.stream(Column.values()).map(column -> text(column.of(row))).toList());
    }
    return Csv.of(lines);
  }

  private static String text(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Double number && !Double.isFinite(number)) {
      return number.isNaN() ? "nan" : number > 0 ? "inf" : "-inf";
    }
    return value.toString();
  }

  /** The rows as JSON. An unknown or non-finite value is null. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("flops", Flops.FORMULA);
    ArrayNode array = json.putArray("rows");
    for (CellResult row : rows) {
      ObjectNode object = array.addObject();
      for (Column column : Column.values()) {
        Object value = column.of(row);
        object.putPOJO(
            column.wireName(), value instanceof Double number ? Json.finite(number) : value);
      }
      object.put("message", row.message());
      object.putPOJO("options", row.cell().options());
    }
    return json;
  }

  /** The rows as a table for people. */
  String text() {
    TextTable text =
        TextTable.ofTexts("run", "parameters", "status", "loss", "attention logit", "seconds");
    for (CellResult row : rows) {
      Double logit = row.measured().attentionLogitMax();
      text.row(
          row.cell().run(),
          text(row.cost().parameters()),
          row.status().wireName(),
          number(row.measured().loss(), 4),
          logit == null ? "" : Figures.number(logit),
          number(row.cost().seconds(), 1));
    }
    return text.toString();
  }

  private static String number(@Nullable Double value, int decimals) {
    return value == null || !Double.isFinite(value) ? text(value) : Figures.fixed(value, decimals);
  }

  /** All cells. */
  List<Cell> cells() {
    return rows.stream().map(CellResult::cell).toList();
  }

  /** The cells that failed. */
  Set<Cell> failed() {
    return rows.stream()
        .filter(row -> row.status() == Status.FAILED)
        .map(CellResult::cell)
        .collect(Collectors.toSet());
  }
}
