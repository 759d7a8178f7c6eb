// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;

/**
 * Writes a preflight for people. It reads the JSON form, so that the answer of a monitor and the
 * answer of this command look the same.
 */
final class PreflightText {
  private PreflightText() {}

  static String of(JsonNode json) {
    JsonNode basis = json.path("basis");
    StringBuilder text = new StringBuilder();
    String verdict = json.path("verdict").asText();
    text.append(
        switch (verdict) {
          case "stable" -> "Expected to stay stable.";
          case "uncertain" -> "Uncertain.";
          case "unstable" -> "Expected to be unstable.";
          default -> "No basis for a judgement.";
        });
    if (!verdict.equals("no_basis")) {
      text.append(" The probability that the run becomes unstable is ")
          .append(
              json.path("probability").isNull()
                  ? "unknown"
                  : Figures.number(100 * json.path("probability").asDouble()) + " %")
          .append(". Of ")
          .append(basis.path("settled").asInt())
          .append(" finished runs, ")
          .append(basis.path("lost").asInt())
          .append(" were unstable.");
    }
    text.append('\n');
    for (JsonNode crossing : json.path("crossings")) {
      text.append("  ")
          .append(crossing.path("signal").asText())
          .append(" is expected to pass ")
          .append(Figures.number(crossing.path("limit").asDouble()))
          .append(" at step ")
          .append(crossing.path("step").asLong())
          .append('\n');
    }
    if (!json.path("safe_learning_rate").isNull()) {
      text.append("  highest safe learning rate: ")
          .append(json.path("safe_up_to_the_highest").asBoolean() ? "at least " : "about ")
          .append(Figures.number(json.path("safe_learning_rate").asDouble()))
          .append('\n');
    } else if (!verdict.equals("no_basis")) {
      text.append("  highest safe learning rate: unknown\n");
    }
    if (basis.path("runs").asInt() > 0) {
      text.append("  basis: runs of ")
          .append(Figures.number(basis.path("smallest_parameters").asDouble()))
          .append(" to ")
          .append(Figures.number(basis.path("largest_parameters").asDouble()))
          .append(" parameters at learning rates of ")
          .append(Figures.number(basis.path("lowest_learning_rate").asDouble()))
          .append(" to ")
          .append(Figures.number(basis.path("highest_learning_rate").asDouble()))
          .append(outside(basis))
          .append('\n');
    }
    for (JsonNode caveat : json.path("caveats")) {
      text.append("  note: ").append(caveat.asText()).append('\n');
    }
    bands(json.path("bands"), text);
    return text.toString();
  }

  private static String outside(JsonNode basis) {
    StringBuilder text = new StringBuilder();
    double size = basis.path("decades_outside_size").asDouble(0);
    double rate = basis.path("decades_outside_rate").asDouble(0);
    if (size > 0) {
      text.append("; the new run is outside their sizes by a factor of ")
          .append(Figures.number(Math.pow(10, size)));
    }
    if (rate > 0) {
      text.append(size > 0 ? " and outside" : "; the new run is outside")
          .append(" their learning rates by a factor of ")
          .append(Figures.number(Math.pow(10, rate)));
    }
    return text.toString();
  }

  /** The expected values of each signal at about five steps. */
  private static void bands(JsonNode bands, StringBuilder text) {
    if (bands.isEmpty()) {
      return;
    }
    TextTable table = TextTable.ofNumbers("signal", "step", "expected", "95 % band");
    for (JsonNode band : bands) {
      int size = band.path("step").size();
      int every = Math.max(1, (size - 1) / 4);
      for (int i = (size - 1) % every; i < size; i += every) {
        table.row(
            band.path("signal").asText(),
            Figures.count(band.path("step").get(i).asLong()),
            Figures.number(band.path("expected").get(i).asDouble()),
            Figures.number(band.path("low").get(i).asDouble())
                + " to "
                + Figures.number(band.path("high").get(i).asDouble()));
      }
    }
    text.append('\n').append(table);
  }
}
