// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.client.MonitorClient;
import io.foreshock.lab.print.Format;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sql STATEMENT}: one SELECT over all runs. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs one SELECT over all runs, in DuckDB's SQL.",
      "",
      "Views: train_step, train_layer, fields, incidents."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock sql \"select run, max(step), min(loss) from train_step group by run\"",
      "  foreshock sql \"select * from (describe train_layer)\"",
      "  foreshock sql \"select * from incidents limit 3\" --data foreshock-data --format csv",
      "",
      "Exit code 0: the rows were printed. 1: the statement is wrong or was refused, or there is no"
          + " monitor. 2: wrong usage."
    })
public final class SqlCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STATEMENT", description = "The SELECT.")
  private String statement = "";

  @Mixin private final DataSource source = new DataSource();

  @Option(
      names = "--format",
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "Output format. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Largest number of rows to print, at most 100000. Default: ${DEFAULT-VALUE}.")
  private int rows = 10_000;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      source.read(
          null,
          client -> {
            MonitorClient.SqlAnswer answer =
                client.sql(statement, format == Format.CSV ? "csv" : "json", rows);
            PrintWriter out = spec.commandLine().getOut();
            out.print(format == Format.TEXT ? table(Json.tree(answer.body())) : answer.body());
            if (format == Format.JSON) {
              out.println();
            }
            out.flush();
            if (answer.truncated()) {
              err.println("foreshock sql: rows were left out: the answer reached --rows or 16 MiB");
            }
          });
      return 0;
    } catch (IOException e) {
      err.println("foreshock sql: " + e.getMessage());
      return 1;
    }
  }

  private static String table(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("columns").forEach(column -> names.add(column.path("name").asText()));
    TextTable table = TextTable.ofTexts(names.toArray(String[]::new));
    for (JsonNode row : answer.path("rows")) {
      table.row(
          StreamSupport.stream(row.spliterator(), false)
              .map(cell -> cell.isNull() ? "" : cell.asText().replaceAll("\\s+", " "))
              .toList());
    }
    return table.toString();
  }
}
