// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;

/** A preflight for people, from its JSON: so a monitor's answer reads as one's own. */
final class PreflightText {
  private PreflightText() {}

  static String of(JsonNode json) {
    JsonNode basis = json.path("basis");
    StringBuilder text = new StringBuilder();
    String verdict = json.path("verdict").asText();
    text.append(
        switch (verdict) {
          case "stable" -> "Expected to stay stable: ";
          case "uncertain" -> "Uncertain: ";
          case "unstable" -> "Expected to be lost: ";
          default -> "No basis";
        });
    if (!verdict.equals("no_basis")) {
      text.append(
              json.path("probability").isNull()
                  ? "nothing tells how likely it is to be lost, of "
                  : Figures.number(100 * json.path("probability").asDouble())
                      + " % likely to be lost, by ")
          .append(basis.path("settled").asInt())
          .append(" finished runs, ")
          .append(basis.path("lost").asInt())
          .append(" of which were");
    }
    text.append(".\n");
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
      text.append("  highest safe learning rate: none is known\n");
    }
    if (basis.path("runs").asInt() > 0) {
      text.append("  runs of ")
          .append(Figures.number(basis.path("smallest_parameters").asDouble()))
          .append(" to ")
          .append(Figures.number(basis.path("largest_parameters").asDouble()))
          .append(" parameters at rates of ")
          .append(Figures.number(basis.path("lowest_learning_rate").asDouble()))
          .append(" to ")
          .append(Figures.number(basis.path("highest_learning_rate").asDouble()))
          .append(outside(basis))
          .append('\n');
    }
    for (JsonNode caveat : json.path("caveats")) {
      text.append("  mind: ").append(caveat.asText()).append('\n');
    }
    bands(json.path("bands"), text);
    return text.toString();
  }

  private static String outside(JsonNode basis) {
    StringBuilder text = new StringBuilder();
    double size = basis.path("decades_outside_size").asDouble(0);
    double rate = basis.path("decades_outside_rate").asDouble(0);
    if (size > 0) {
      text.append("; this one is a factor of ")
          .append(Figures.number(Math.pow(10, size)))
          .append(" outside of their sizes");
    }
    if (rate > 0) {
      text.append(size > 0 ? " and of " : "; this one is a factor of ")
          .append(Figures.number(Math.pow(10, rate)))
          .append(" outside of their rates");
    }
    return text.toString();
  }

  /** The course expected, at some of its steps. */
  private static void bands(JsonNode bands, StringBuilder text) {
    if (bands.isEmpty()) {
      return;
    }
    TextTable table = TextTable.ofNumbers("signal", "step", "expected", "95 % of such runs");
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
