// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.Format;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.chinchilla.FitException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What every fit of {@code fit WHAT} has in common: its table, formats, plot and exit codes.
 *
 * <p>Results go to standard output, warnings and problems to standard error. A table that holds
 * something wrong is refused as a whole, all its problems named: no number is better than a wrong
 * one.
 */
abstract class Fit implements Callable<Integer> {
  private static final String STDIN = "-";

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      required = true,
      description = "The table of runs, with a header; - for standard input.")
  private String csv;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      description = "Only rows that say so; may be given again.")
  private List<String> where = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, json or csv; default ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draw points, curves and limits there.")
  private Path plot;

  @Spec private CommandSpec spec;

  /**
   * Fits the table.
   *
   * @throws IllegalArgumentException when it holds something wrong or too little, naming it
   */
  abstract FitResult fit(Table table);

  /** Checks options of a fit's own. */
  void check() {}

  /** Columns by which it tells rows apart. */
  List<String> apart() {
    return List.of();
  }

  @Override
  public final Integer call() {
    check();
    try {
      Table table = chosen(read());
      FitResult result = fitted(table);
      List<String> warnings = new ArrayList<>(table.warnings());
      warnings.addAll(result.warnings());
      warnings.forEach(warning -> err().println("warning: " + warning));
      print(result, warnings);
      if (plot != null) {
        Files.writeString(plot, result.plot().svg());
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err().println("foreshock fit: " + e.getMessage());
      return 1;
    } catch (IOException e) {
      err().println("foreshock fit: " + e);
      return 1;
    } finally {
      err().flush();
    }
  }

  /** A mistake on the command line. */
  final ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private FitResult fitted(Table table) {
    try {
      return fit(table);
    } catch (FitException e) {
      throw table.refused(e);
    }
  }

  private Table read() throws IOException {
    if (csv.equals(STDIN)) {
      return TableFile.read("standard input", System.in);
    }
    Path file = Path.of(csv);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw wrong("--csv = " + csv + ": expected a file that can be read");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return TableFile.read(file.getFileName().toString(), in);
    }
  }

  private Table chosen(Table table) {
    Table chosen = table;
    for (String condition : where) {
      int equals = condition.indexOf('=');
      String column = equals < 1 ? "" : condition.substring(0, equals).strip();
      if (column.isEmpty()) {
        throw wrong("--where = " + condition + ": expected COLUMN=VALUE");
      }
      if (!table.has(column)) {
        throw wrong("--where = " + condition + ": expected one of the columns " + table.columns());
      }
      chosen = chosen.where(column, condition.substring(equals + 1).strip());
    }
    chosen = chosen.without("status", "failed");
    if (!apart().contains("variant")) {
      chosen.alike("variant");
    }
    return chosen;
  }

  private void print(FitResult result, List<String> warnings) {
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case TEXT -> out.print(result.text());
      case JSON -> {
        result.json().set("warnings", Json.MAPPER.valueToTree(warnings));
        out.println(Json.text(result.json()));
      }
      case CSV -> out.print(Csv.of(result.csv()));
    }
    out.flush();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
