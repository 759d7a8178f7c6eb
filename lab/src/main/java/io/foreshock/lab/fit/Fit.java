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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The common part of all fits: reading the table, output formats, plot and exit codes.
 *
 * <p>Results go to standard output. Warnings and problems go to standard error. A table with a
 * problem is rejected as a whole, and all its problems are named, because no number is better than
 * a wrong one.
 */
abstract class Fit implements Callable<Integer> {
  private static final String STDIN = "-";

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      required = true,
      description = "CSV file with the runs and a header; - for standard input.")
  private String csv = STDIN;

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      description =
          "Use only the rows whose column has this value. May be repeated; a row must then match"
              + " all. Default: all rows.")
  private List<String> where = List.of();

  @Option(
      names = "--format",
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "Output format. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "File to draw the runs, the fitted curves and the limits to.")
  private @Nullable Path plot;

  @Spec private CommandSpec spec;

  /**
   * Fits the table.
   *
   * @throws IllegalArgumentException when the table contains errors or too few runs; the message
   *     names them
   */
  abstract FitResult fit(Table table);

  /** Checks the options that only this fit has. */
  void check() {}

  /** The columns by which the rows are grouped. */
  List<String> groupColumns() {
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

  /** Ends the command with a usage error unless the condition holds. */
  final void require(boolean holds, String problem) {
    if (!holds) {
      throw wrong(problem);
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
    if (!groupColumns().contains("variant")) {
      chosen.requireEqual("variant");
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
